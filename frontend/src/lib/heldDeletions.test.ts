import { expect, it } from "vitest";
import { byMailbox, heldSummary } from "./heldDeletions";

it("says what would be deleted where", () => {
  expect(heldSummary(["DELETE_ITEM", "UNLINK", "DELETE_ITEM", "DELETE_RECORD"])).toBe(
    "2 deleted from Outlook, 1 deleted from CRM, for everybody, 1 unlinked",
  );
  expect(heldSummary(["UNLINK"])).toBe("1 unlinked");
});

it("keeps what belongs to one mailbox together", () => {
  const rows = ["a", "b", "a"].map((id, number) => ({ number, mailbox: { id } }));

  expect(byMailbox(rows).map((group) => group.map((row) => row.number))).toEqual([[0, 2], [1]]);
});
