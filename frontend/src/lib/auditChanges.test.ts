import { expect, it } from "vitest";
import { auditChanges, auditWords } from "./auditChanges";

it("lists only what differs", () => {
  const before = { name: "Sales", description: "", inheritance: "DIRECT" };

  expect(auditChanges(before, { ...before, name: "Sales force" })).toEqual([
    { what: "Name", before: "Sales", after: "Sales force" },
  ]);
});

it("compares privileges by what they are for, not by their order", () => {
  const read = { kind: "CONTACT", privilege: "READ", level: "USER" };
  const write = { kind: "CONTACT", privilege: "WRITE", level: "USER" };
  const before = { privileges: [read, write] };
  const after = { privileges: [{ ...write, level: "ORGANIZATION" }, read] };

  expect(auditChanges(before, after)).toEqual([
    { what: "Privileges › Contact Write", before: "user", after: "organization" },
  ]);
});

it("shows what is new and what is gone", () => {
  expect(auditChanges(null, { isDisabled: false })).toEqual([{ what: "Is disabled", before: null, after: "no" }]);
  expect(auditChanges({ managerId: "p1" }, null)).toEqual([{ what: "Manager id", before: "p1", after: null }]);
  expect(auditChanges(null, null)).toEqual([]);
});

it("leaves the names that people gave as they are", () => {
  expect(auditChanges(null, { teams: [{ name: "HR_EMEA", members: 2 }] })).toEqual([
    { what: "Teams › HR_EMEA", before: null, after: "2" },
  ]);
});

it("takes a list of plain values for a set", () => {
  expect(auditChanges({ members: ["Ada", "Mara"] }, { members: ["Mara", "Ada"] })).toEqual([]);
  expect(auditChanges({ members: ["Ada"] }, { members: [] })).toEqual([
    { what: "Members", before: "Ada", after: null },
  ]);
});

it.each([
  ["SECURITY_ROLE_UPDATE", "Security role update"],
  ["securityRoleUpdate", "Security role update"],
  ["field_profile.members", "Field profile members"],
])("reads %s as words", (name, words) => {
  expect(auditWords(name)).toBe(words);
});
