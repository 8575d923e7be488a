import { expect, it } from "vitest";
import { actionWords, auditChanges, auditWords } from "./auditChanges";

it("lists only what differs", () => {
  const before = { name: "Sales", description: "", inheritance: "DIRECT" };

  expect(auditChanges(before, { ...before, name: "Sales force" })).toEqual([
    { what: "Name", before: "Sales", after: "Sales force" },
  ]);
});

it("names a privilege and its levels", () => {
  const before = { privileges: { CONTACT: { READ: "USER", WRITE: "USER" } } };
  const after = {
    privileges: { CONTACT: { WRITE: "PARENT_CHILD", READ: "USER" }, FAX: { APPEND_TO: "ORGANIZATION" } },
  };

  expect(auditChanges(before, after)).toEqual([
    { what: "Privileges › Contact › Write", before: "user", after: "parent and child units" },
    { what: "Privileges › Fax › Append to", before: null, after: "organization" },
  ]);
});

it("leaves columns their names", () => {
  const permissions = (rights: string[]) => ({ permissions: { CONTACT: { governmentid: rights } } });

  expect(auditChanges(permissions(["read"]), permissions(["read", "update"]))).toEqual([
    { what: "Permissions › Contact › governmentid", before: null, after: "update" },
  ]);
});

it("shows what is new and what is gone", () => {
  expect(auditChanges(null, { isDisabled: false })).toEqual([{ what: "Is disabled", before: null, after: "no" }]);
  expect(auditChanges({ manager: "Ada" }, { manager: null })).toEqual([
    { what: "Manager", before: "Ada", after: null },
  ]);
  expect(auditChanges(null, null)).toEqual([]);
});

it("tells of a set who went and who came, whatever their order", () => {
  expect(auditChanges({ members: ["Ada", "Mara"] }, { members: ["Mara", "Ada"] })).toEqual([]);
  expect(auditChanges({ members: ["Ada", "Mara", "Zoe"] }, { members: ["Zoe", "Nancy", "Mara"] })).toEqual([
    { what: "Members", before: "Ada", after: "Nancy" },
  ]);
});

it.each([
  ["businessUnit", "Business unit"],
  ["PARENT_CHILD", "Parent child"],
  ["managersInSameOrParentUnit", "Managers in same or parent unit"],
])("reads %s as words", (name, words) => {
  expect(auditWords(name)).toBe(words);
});

it.each([
  ["SECURITY_ROLE_UPDATE", "Security role changed"],
  ["PRINCIPAL_ROLES_SET", "Principal roles changed"],
  ["COLUMN_SECURE", "Column secured"],
  ["TOKEN_FROB", "Token frob"],
])("says of %s: %s", (action, words) => {
  expect(actionWords(action)).toBe(words);
});
