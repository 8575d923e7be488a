import { expect, it } from "vitest";
import {
  EMPTY_FIELD_DRAFT,
  NO_FIELD_RIGHTS,
  openFieldWishes,
  rightsWords,
  shownRights,
  somebodyReads,
  turnRight,
  wishRights,
} from "./fieldRights";

const READS = { kind: "CONTACT", attribute: "jobtitle", ...NO_FIELD_RIGHTS, read: true } as const;

it("reads whoever sees unmasked", () => {
  expect(turnRight(NO_FIELD_RIGHTS, "readUnmasked")).toMatchObject({ read: true, readUnmasked: true });
});

it("takes unmasked away with reading, and leaves writing alone", () => {
  const all = { read: true, readUnmasked: true, create: true, update: true };

  expect(turnRight(all, "read")).toEqual({ read: false, readUnmasked: false, create: true, update: true });
});

it("gathers what differs from the saved permissions, whole per column", () => {
  const wish = { ...READS, update: true };
  const draft = wishRights(EMPTY_FIELD_DRAFT, [READS], wish);

  expect(openFieldWishes(draft, [READS])).toEqual([wish]);
  expect(shownRights(draft, [READS], "CONTACT", "jobtitle").update).toBe(true);
  expect(wishRights(draft, [READS], READS).size).toBe(0);
});

it("keeps columns of one name in two kinds apart", () => {
  expect(shownRights(EMPTY_FIELD_DRAFT, [READS], "TASK", "jobtitle")).toEqual(NO_FIELD_RIGHTS);
});

it.each([
  ["a profile without members", [{ permissions: [READS], members: { totalCount: 0 } }], false],
  [
    "a profile that only updates",
    [{ permissions: [{ ...READS, read: false, update: true }], members: { totalCount: 1 } }],
    false,
  ],
  ["a profile with a member that reads", [{ permissions: [READS], members: { totalCount: 1 } }], true],
])("counts readers of %s", (_, profiles, reads) => {
  expect(somebodyReads(profiles, "CONTACT", "jobtitle")).toBe(reads);
});

it("sums rights up in words, or says nothing", () => {
  expect(rightsWords({ ...NO_FIELD_RIGHTS, read: true, update: true })).toBe("read, update");
  expect(rightsWords(NO_FIELD_RIGHTS)).toBeNull();
});
