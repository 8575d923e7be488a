import type { OperationAction } from "../gql/graphql";
import { countOf } from "./format";

/** What a held deletion would do, of one. */
export const HELD_WORDS: Record<OperationAction, string> = {
  CREATE_ITEM: "Would create in Outlook",
  UPDATE_ITEM: "Would update in Outlook",
  DELETE_ITEM: "Would delete from Outlook",
  CREATE_RECORD: "Would create in CRM",
  UPDATE_RECORD: "Would update in CRM",
  DELETE_RECORD: "Would delete from CRM, for everybody",
  LINK: "Would link",
  UNLINK: "Would unlink",
};

/** "2 deleted from Outlook, 1 unlinked": what carrying them out would do. */
export function heldSummary(actions: readonly OperationAction[]): string {
  const count = (wanted: OperationAction) => actions.filter((one) => one === wanted).length;
  const parts = [
    [count("DELETE_ITEM"), "deleted from Outlook"],
    [count("DELETE_RECORD"), "deleted from CRM, for everybody"],
    [count("UNLINK"), "unlinked"],
  ] as const;
  return parts
    .filter(([number]) => number > 0)
    .map(([number, words]) => `${number} ${words}`)
    .join(", ");
}

export function deletionsWord(count: number): string {
  return countOf(count, "deletion");
}

/** The rows of each mailbox together, in the order in which a mailbox first comes up. */
export function byMailbox<T extends { mailbox: { id: string } }>(rows: readonly T[]): T[][] {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groups.get(row.mailbox.id);
    if (group) group.push(row);
    else groups.set(row.mailbox.id, [row]);
  }
  return [...groups.values()];
}
