import { expect, it } from "vitest";
import { EMPTY_ROLE_DRAFT, openWishes, savedLevels, wishLevel } from "./roleDraft";

const SAVED = savedLevels([{ kind: "CONTACT", privilege: "READ", level: "USER" }]);
const read = (level: "NONE" | "USER" | "ORGANIZATION") => ({ kind: "CONTACT", privilege: "READ", level }) as const;

it("gathers wishes, one per cell, the newest", () => {
  let draft = wishLevel(EMPTY_ROLE_DRAFT, SAVED, read("ORGANIZATION"));
  draft = wishLevel(draft, SAVED, read("NONE"));
  draft = wishLevel(draft, SAVED, { kind: "TASK", privilege: "SHARE", level: "USER" });

  expect(openWishes(draft, SAVED)).toEqual([read("NONE"), { kind: "TASK", privilege: "SHARE", level: "USER" }]);
});

it("forgets a wish that leads back to what is saved, none included", () => {
  let draft = wishLevel(EMPTY_ROLE_DRAFT, SAVED, read("ORGANIZATION"));
  draft = wishLevel(draft, SAVED, { kind: "FAX", privilege: "READ", level: "USER" });

  draft = wishLevel(draft, SAVED, read("USER"));
  draft = wishLevel(draft, SAVED, { kind: "FAX", privilege: "READ", level: "NONE" });

  expect(draft.size).toBe(0);
});

it("leaves out what somebody else has saved meanwhile", () => {
  const draft = wishLevel(EMPTY_ROLE_DRAFT, SAVED, read("ORGANIZATION"));

  expect(openWishes(draft, savedLevels([read("ORGANIZATION")]))).toEqual([]);
});
