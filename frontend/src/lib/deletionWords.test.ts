import { expect, it } from "vitest";
import { asTable, type CellLike, cellWords, outcomeSentence } from "./deletionWords";

function cell(key: string, part: Partial<CellLike> = {}): CellLike {
  return { key, kind: "APPOINTMENT", cause: "RECORD_DELETED", ...part };
}

it("lays cells out by whose a record is and where it lies in time", () => {
  const cells = [
    cell("a", { owner: true, time: "PAST", state: "OPEN" }),
    cell("b", { owner: true, time: "FUTURE", state: "OPEN" }),
    cell("c", { owner: false, time: "PAST", state: "OPEN" }),
    cell("d", { owner: false, time: "FUTURE", state: "OPEN" }),
  ];

  const { columns, rows } = asTable(cells);

  expect(columns).toEqual(["Past, open", "Ahead, open"]);
  expect(rows.map((row) => [row.words, row.cells.map((one) => one.key)])).toEqual([
    ["The mailbox's owner owns it", ["a", "b"]],
    ["Somebody else owns it", ["c", "d"]],
  ]);
});

it("has one column where neither time nor state counts", () => {
  const cells = [cell("a", { kind: "CONTACT", owner: true }), cell("b", { kind: "CONTACT", owner: false })];

  expect(asTable(cells).columns).toEqual(["In every case"]);
});

it.each([
  [{ owner: true, organizer: true }, "The mailbox's owner owns it and organizes it"],
  [{ owner: false, organizer: true }, "Somebody else owns it, and the mailbox's owner organizes it"],
  [{ owner: true, state: "COMPLETED" }, "The mailbox's owner owns it; completed"],
  [{ kind: "RECURRING_APPOINTMENT", owner: true, time: "FUTURE" }, "The mailbox's owner owns it; going on"],
] as const)("says what a cell is about: %o", (part, words) => {
  expect(cellWords(cell("x", part))).toBe(words);
});

it("says what becomes of the other end", () => {
  expect(outcomeSentence("UNLINK", "ITEM_DELETED")).toBe("The record in CRM stays and is no longer followed.");
  expect(outcomeSentence("DELETE", "RECORD_DELETED")).toContain("The item in Outlook is deleted");
});
