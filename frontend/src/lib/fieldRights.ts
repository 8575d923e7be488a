import type { RecordKind } from "../gql/graphql";

/** What a field profile allows on one secured column. */
export interface FieldRights {
  read: boolean;
  readUnmasked: boolean;
  create: boolean;
  update: boolean;
}

export interface FieldPermissionLike extends FieldRights {
  kind: RecordKind;
  attribute: string;
}

export type FieldRight = keyof FieldRights;

/** In the order of the columns. */
export const FIELD_RIGHTS: readonly FieldRight[] = ["read", "readUnmasked", "create", "update"];

const TITLES: Record<FieldRight, string> = {
  read: "Read",
  readUnmasked: "Unmasked",
  create: "Create",
  update: "Update",
};

export function fieldRightTitle(right: FieldRight): string {
  return TITLES[right];
}

export const NO_FIELD_RIGHTS: FieldRights = { read: false, readUnmasked: false, create: false, update: false };

/** The rights with one turned; nobody sees a value unmasked without reading it. */
export function turnRight(rights: FieldRights, right: FieldRight): FieldRights {
  const turned = { ...rights, [right]: !rights[right] };
  if (right === "read" && !turned.read) turned.readUnmasked = false;
  if (right === "readUnmasked" && turned.readUnmasked) turned.read = true;
  return turned;
}

function sameRights(one: FieldRights, other: FieldRights): boolean {
  return FIELD_RIGHTS.every((right) => one[right] === other[right]);
}

export function rightsOf(
  permissions: readonly FieldPermissionLike[],
  kind: RecordKind,
  attribute: string,
): FieldRights {
  const found = permissions.find((one) => one.kind === kind && one.attribute === attribute);
  if (!found) return NO_FIELD_RIGHTS;
  const { read, readUnmasked, create, update } = found;
  return { read, readUnmasked, create, update };
}

/** The permissions wished for and not saved, by kind and attribute. */
export type FieldDraft = ReadonlyMap<string, FieldPermissionLike>;

export const EMPTY_FIELD_DRAFT: FieldDraft = new Map();

export function wishRights(
  draft: FieldDraft,
  saved: readonly FieldPermissionLike[],
  wish: FieldPermissionLike,
): FieldDraft {
  const next = new Map(draft);
  const key = `${wish.kind}.${wish.attribute}`;
  if (sameRights(rightsOf(saved, wish.kind, wish.attribute), wish)) next.delete(key);
  else next.set(key, wish);
  return next;
}

/** What is left of a draft over newer saved permissions, as the server takes it. */
export function openFieldWishes(draft: FieldDraft, saved: readonly FieldPermissionLike[]): FieldPermissionLike[] {
  return [...draft.values()].filter((wish) => !sameRights(rightsOf(saved, wish.kind, wish.attribute), wish));
}

/** The rights as shown: the wish where there is one, else what is saved. */
export function shownRights(
  draft: FieldDraft,
  saved: readonly FieldPermissionLike[],
  kind: RecordKind,
  attribute: string,
): FieldRights {
  return draft.get(`${kind}.${attribute}`) ?? rightsOf(saved, kind, attribute);
}

/** "read, update", or null when nothing is allowed. */
export function rightsWords(rights: FieldRights): string | null {
  const words = FIELD_RIGHTS.filter((right) => rights[right]).map((right) => TITLES[right].toLowerCase());
  return words.length === 0 ? null : words.join(", ");
}

interface ProfileLike {
  permissions: readonly FieldPermissionLike[];
  members: { totalCount: number };
}

/** Whether anybody but administrators would read the column once it is secured. */
export function somebodyReads(profiles: readonly ProfileLike[], kind: RecordKind, attribute: string): boolean {
  return profiles.some((one) => one.members.totalCount > 0 && rightsOf(one.permissions, kind, attribute).read);
}
