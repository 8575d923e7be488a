import type { Privilege } from "../gql/graphql";
import type { PickedPrincipal } from "./pickPrincipals";

/** What can be shared of a record, in the order of the form. */
export const SHARED_RIGHTS: readonly Privilege[] = ["READ", "WRITE", "DELETE", "APPEND", "ASSIGN", "SHARE"];

const TITLES: Record<Privilege, string> = {
  CREATE: "Create",
  READ: "Read",
  WRITE: "Write",
  DELETE: "Delete",
  APPEND: "Append",
  APPEND_TO: "Append to",
  ASSIGN: "Assign",
  SHARE: "Share",
};

export function privilegeTitle(privilege: Privilege): string {
  return TITLES[privilege];
}

/** "Read, write and share". */
export function privilegesInWords(privileges: readonly Privilege[]): string {
  const words = privileges.map((one) => TITLES[one].toLowerCase());
  const line = words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
  return line.charAt(0).toUpperCase() + line.slice(1);
}

interface Sharer extends PickedPrincipal {
  rights?: { manager?: PickedPrincipal | null; teams: readonly PickedPrincipal[] } | null;
}

/** Whom somebody without the directory can name: manager, own teams, and whoever the record already knows. */
export function acquaintances(sharer: Sharer, known: readonly PickedPrincipal[]): PickedPrincipal[] {
  const all = [...(sharer.rights?.manager ? [sharer.rights.manager] : []), ...(sharer.rights?.teams ?? []), ...known];
  const byId = new Map(all.map((one) => [one.id, one]));
  byId.delete(sharer.id);
  return [...byId.values()];
}
