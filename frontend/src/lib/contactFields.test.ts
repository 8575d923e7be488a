import { expect, it } from "vitest";
import { type ContactValues, contactTitle, filledGroups } from "./contactFields";

const values = (part: Partial<ContactValues>) => part as ContactValues;

it("leaves out empty fields and groups without any", () => {
  const groups = filledGroups(values({ fullName: "Yvonne McKay", jobTitle: "", address2City: "Graz" }), [], []);

  expect(groups.map((group) => [group.title, group.fields.map((field) => [field.label, field.value])])).toEqual([
    ["Name", [["Full name", "Yvonne McKay"]]],
    ["Home address", [["City", "Graz"]]],
  ]);
});

it("names a withheld field with its rule, and never a value", () => {
  const withheld = [{ field: "governmentId", rule: "No field profile lets you read governmentid." }];

  const [group] = filledGroups(values({ governmentId: "leaked" }), withheld, []);

  expect(group?.fields).toEqual([
    {
      name: "governmentId",
      label: "Government ID",
      value: null,
      rule: "No field profile lets you read governmentid.",
      masked: false,
    },
  ]);
});

it("marks what is masked and does not take it for a date", () => {
  const [group] = filledGroups(
    values({ birthDate: "****5-01", mobilePhone: "****1234" }),
    [],
    ["birthDate", "mobilePhone"],
  );
  const [, personal] = filledGroups(values({ birthDate: "****5-01", mobilePhone: "****1234" }), [], ["birthDate"]);

  expect(group?.fields).toMatchObject([{ value: "****1234", masked: true }]);
  expect(personal?.fields).toMatchObject([{ value: "****5-01", masked: true }]);
});

it("writes a date as a date, the same day everywhere", () => {
  const [group] = filledGroups(values({ birthDate: "1980-05-01" }), [], []);

  expect(group?.fields[0]?.value).toMatch(/1980/);
  expect(group?.fields[0]?.value).not.toBe("1980-05-01");
});

it("calls a contact by the best that may be seen", () => {
  expect(contactTitle({ fullName: "Yvonne", emailAddress1: "y@example.org" })).toBe("Yvonne");
  expect(contactTitle({ fullName: null, emailAddress1: "y@example.org" })).toBe("y@example.org");
  expect(contactTitle({})).toBe("No name");
});
