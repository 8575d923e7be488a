import { expect, it } from "vitest";
import { partNames, partsText } from "./valueParts";

it("writes the parts of a value below each other, without those that are empty", () => {
  expect(partsText(["Main Street 1", "", "Vienna"])).toBe("Main Street 1\nVienna");
  expect(partsText([""])).toBe("");
});

it("names the parts of an address by what tells them apart", () => {
  expect(partNames(["address1_line1", "address1_postalcode"], "Address")).toEqual(["Line 1", "Postal code"]);
  expect(partNames(["firstname", "lastname"], "Full Name")).toEqual(["First name", "Last name"]);
});

it("calls a single part what the field is called", () => {
  expect(partNames(["jobtitle"], "Job Title")).toEqual(["Job Title"]);
});
