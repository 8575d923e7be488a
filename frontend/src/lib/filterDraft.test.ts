import { expect, it } from "vitest";
import { changedRow, draftOf, firstRow, inputOf, nextKey, unfinished, withGroup, withoutGroup } from "./filterDraft";
import type { FilterColumn } from "./filterWords";

const COLUMNS: FilterColumn[] = [
  { attribute: "jobtitle", label: "Job Title", type: "TEXT", operators: ["EQUALS", "CONTAINS", "IS_EMPTY"] },
  { attribute: "department", label: "Department", type: "TEXT", operators: ["EQUALS", "CONTAINS", "IS_EMPTY"] },
  { attribute: "ownerid", label: "Owner", type: "OWNER", operators: ["IS_ME", "IS_MY_TEAM"] },
  { attribute: "statecode", label: "Status", type: "NUMBER", operators: ["EQUALS", "GREATER"] },
];
const STORED = {
  joint: "ALL",
  rows: [{ attribute: "ownerid", operator: "IS_ME", value: "" }],
  groups: [{ joint: "ANY", rows: [{ attribute: "jobtitle", operator: "CONTAINS", value: "chief" }] }],
} as const;

it("takes a filter over and gives it back as it was", () => {
  expect(inputOf(draftOf(STORED))).toEqual({ ...STORED, groups: [{ ...STORED.groups[0], groups: [] }] });
});

it("keeps every key its own, also for new parts", () => {
  const draft = draftOf(STORED);
  const inner = draft.groups[0];
  const keys = [
    draft.key,
    inner?.key,
    ...draft.rows.map((one) => one.key),
    ...(inner?.rows ?? []).map((one) => one.key),
  ];
  expect(new Set(keys).size).toBe(4);
  expect(keys).not.toContain(nextKey(draft));
});

it("changes and removes a group wherever it lies", () => {
  const draft = draftOf(STORED);
  const key = draft.groups[0]?.key ?? -1;

  const turned = withGroup(draft, key, (group) => ({ ...group, joint: "ALL" }));

  expect(turned.groups[0]?.joint).toBe("ALL");
  expect(turned.joint).toBe("ALL");
  expect(withoutGroup(turned, key).groups).toEqual([]);
});

it("begins with whose a record is", () => {
  expect(firstRow(COLUMNS, 7)).toEqual({ key: 7, attribute: "ownerid", operator: "IS_ME", value: "" });
});

it.each([
  ["keeps a text for another text", { attribute: "department" }, "CONTAINS", "chief"],
  ["drops a text for the owner", { attribute: "ownerid" }, "IS_ME", ""],
  ["offers the first choice of a status", { attribute: "statecode" }, "EQUALS", "0"],
  ["drops the value where none is asked", { operator: "IS_EMPTY" as const }, "IS_EMPTY", ""],
])("%s", (_, part, operator, value) => {
  const row = { key: 1, attribute: "jobtitle", operator: "CONTAINS" as const, value: "chief" };
  expect(changedRow(row, part, COLUMNS, "CONTACT")).toMatchObject({ operator, value });
});

it("says what is missing", () => {
  const empty = { joint: "ANY", rows: [], groups: [] } as const;
  expect(unfinished(draftOf(STORED))).toBeNull();
  expect(unfinished(draftOf({ ...STORED, groups: [empty] }))).toContain("needs a part");
  expect(unfinished(draftOf({ joint: "ALL", rows: [{ attribute: "jobtitle", operator: "EQUALS", value: " " }] }))).toBe(
    "Fill in every value.",
  );
});
