import { expect, it } from "vitest";
import { totalTiles } from "./runTiles";
import { actionWords, countsLine, NO_COUNTS } from "./runWords";

it("sums up what went where", () => {
  const counts = { ...NO_COUNTS, createdInOutlook: 5, updatedInOutlook: 7, updatedInCrm: 3, conflicts: 1 };

  expect(countsLine(counts, "APPLY")).toBe("12 to Outlook, 3 to CRM, 1 conflict");
  expect(countsLine(counts, "PREVIEW")).toBe("Would sync: 12 to Outlook, 3 to CRM, 1 conflict");
});

it("says so when there was nothing to do", () => {
  expect(countsLine({ ...NO_COUNTS, unchanged: 400 }, "APPLY")).toBe("Nothing to do");
});

it("tells of a verify run what it found, and never that there was nothing to do", () => {
  expect(countsLine({ ...NO_COUNTS, unchanged: 400 }, "VERIFY")).toBe("Both sides agree");
  expect(countsLine({ ...NO_COUNTS, unchanged: 399, different: 1 }, "VERIFY")).toBe("1 difference");
  expect(countsLine({ ...NO_COUNTS, different: 2, itemsChanged: 1, recordsChanged: 2 }, "VERIFY")).toBe(
    "2 differences, 3 changes not synchronized yet",
  );
  expect(totalTiles({ ...NO_COUNTS, different: 2, unchanged: 7 }, "VERIFY").map((tile) => tile.value)).toEqual([
    2, 7, 0,
  ]);
});

it("writes large numbers so that they can be read", () => {
  expect(countsLine({ ...NO_COUNTS, createdInCrm: 12_345 }, "APPLY")).toBe("12,345 to CRM");
});

it("words a preview as what would happen", () => {
  expect(actionWords("DELETE_ITEM", "PREVIEW")).toBe("Would delete from Outlook");
  expect(actionWords("DELETE_ITEM", "APPLY")).toBe("Delete from Outlook");
});

it("always shows the four totals that matter and the others when there are any", () => {
  const titles = totalTiles({ ...NO_COUNTS, held: 2, createdInCrm: 1, updatedInCrm: 4 }, "PREVIEW");

  expect(titles.map((tile) => [tile.title, tile.value])).toEqual([
    ["Would go to Outlook", 0],
    ["Would go to CRM", 5],
    ["Conflicts", 0],
    ["Failed", 0],
    ["Held", 2],
  ]);
  expect(titles[1]?.detail).toBe("1 new, 4 updated");
});
