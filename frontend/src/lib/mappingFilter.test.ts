import { expect, it } from "vitest";
import { mapping } from "../test/fixtures";
import { filterMappings, isFiltering, NO_FILTER } from "./mappingFilter";

const ROWS = [
  mapping({ id: "1", outlookLabel: "Assistant’s Name", crmAttributes: ["assistantname"] }),
  mapping({ id: "2", outlookLabel: "Mobile", crmLabel: "Mobile Phone", draftDirection: "NONE" }),
  mapping({ id: "3", outlookLabel: "Mailing Address", outlookProperties: ["businessAddress", "café"] }),
];

function found(filter: Partial<typeof NO_FILTER>): string[] {
  return filterMappings(ROWS, { ...NO_FILTER, ...filter }).map((one) => one.id);
}

it("keeps everything without a filter", () => {
  expect(found({})).toEqual(["1", "2", "3"]);
  expect(isFiltering(NO_FILTER)).toBe(false);
});

it.each([
  ["assistant's", ["1"]],
  ["ASSISTANTNAME", ["1"]],
  ["phone", ["2"]],
  ["address mail", ["3"]],
  ["cafe", ["3"]],
  ["nothing of the kind", []],
])("searches labels and properties for %s", (search, ids) => {
  expect(found({ search })).toEqual(ids);
});

it("keeps only what the draft changes", () => {
  expect(found({ changedOnly: true })).toEqual(["2"]);
});

it("filters by the direction of the draft", () => {
  expect(found({ direction: "NONE" })).toEqual(["2"]);
  expect(found({ direction: "BOTH", search: "m" })).toEqual(["1", "3"]);
});
