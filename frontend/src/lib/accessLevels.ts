import type { AccessLevel, Privilege } from "../gql/graphql";

/** From nothing to everything; the place in this list is the number key that chooses the level. */
export const LEVELS: readonly AccessLevel[] = ["NONE", "USER", "BUSINESS_UNIT", "PARENT_CHILD", "ORGANIZATION"];

const LEVEL_WORDS: Record<AccessLevel, string> = {
  NONE: "none",
  USER: "user",
  BUSINESS_UNIT: "business unit",
  PARENT_CHILD: "parent and child units",
  ORGANIZATION: "organization",
};

/** What a level lets a person reach, for hints and the legend. */
export const LEVEL_MEANING: Record<AccessLevel, string> = {
  NONE: "No record at all.",
  USER: "One's own records, and those shared with oneself or one's teams.",
  BUSINESS_UNIT: "The records of one's business unit.",
  PARENT_CHILD: "The records of one's business unit and of all units below it.",
  ORGANIZATION: "Every record of the organization.",
};

/** In the order of the columns. */
export const PRIVILEGES: readonly Privilege[] = [
  "CREATE",
  "READ",
  "WRITE",
  "DELETE",
  "APPEND",
  "APPEND_TO",
  "ASSIGN",
  "SHARE",
];

const PRIVILEGE_TITLES: Record<Privilege, string> = {
  CREATE: "Create",
  READ: "Read",
  WRITE: "Write",
  DELETE: "Delete",
  APPEND: "Append",
  APPEND_TO: "Append to",
  ASSIGN: "Assign",
  SHARE: "Share",
};

export function levelWords(level: AccessLevel): string {
  return LEVEL_WORDS[level];
}

export function levelTitle(level: AccessLevel): string {
  const words = LEVEL_WORDS[level];
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function privilegeTitle(privilege: Privilege): string {
  return PRIVILEGE_TITLES[privilege];
}

/** The next wider level; after the widest comes none. */
export function turnLevel(level: AccessLevel): AccessLevel {
  return LEVELS[(LEVELS.indexOf(level) + 1) % LEVELS.length] ?? "NONE";
}

/** The level a number key stands for; null for every other key. */
export function levelOfKey(key: string): AccessLevel | null {
  return /^[0-4]$/.test(key) ? (LEVELS[Number(key)] ?? null) : null;
}

/** How much of the circle a level fills. */
export function levelShare(level: AccessLevel): number {
  return LEVELS.indexOf(level) / (LEVELS.length - 1);
}
