import type { AccessLevel, Privilege, RecordKind } from "../gql/graphql";

export interface PrivilegeLevel {
  kind: RecordKind;
  privilege: Privilege;
  level: AccessLevel;
}

/** The levels wished for and not saved, by cell. A wish that equals what is saved is no change and is not kept. */
export type RoleDraft = ReadonlyMap<string, PrivilegeLevel>;

export const EMPTY_ROLE_DRAFT: RoleDraft = new Map();

export function cellKey(kind: RecordKind, privilege: Privilege): string {
  return `${kind}.${privilege}`;
}

/** The server lists only what is above none. */
export function savedLevels(privileges: readonly PrivilegeLevel[]): ReadonlyMap<string, AccessLevel> {
  return new Map(privileges.map((one) => [cellKey(one.kind, one.privilege), one.level]));
}

export function wishLevel(draft: RoleDraft, saved: ReadonlyMap<string, AccessLevel>, wish: PrivilegeLevel): RoleDraft {
  const key = cellKey(wish.kind, wish.privilege);
  const next = new Map(draft);
  if ((saved.get(key) ?? "NONE") === wish.level) next.delete(key);
  else next.set(key, wish);
  return next;
}

/** What is left of a draft over newer saved levels: somebody else may have made some of the wishes true. */
export function openWishes(draft: RoleDraft, saved: ReadonlyMap<string, AccessLevel>): PrivilegeLevel[] {
  return [...draft]
    .filter(([key, wish]) => (saved.get(key) ?? "NONE") !== wish.level)
    .map(([, { kind, privilege, level }]) => ({ kind, privilege, level }));
}
