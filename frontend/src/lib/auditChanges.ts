import { LEVELS, levelWords } from "./accessLevels";

export interface AuditChange {
  /** Where in the object, as words: "Privileges › Contact › Read". */
  what: string;
  before: string | null;
  after: string | null;
}

/** A value in words, or the members of a set. */
type Leaf = string | readonly string[];

/**
 * Only what differs between two states of a right, one line per value; null where there was or is none.
 * Of a set only what went and what came is told: a team of a thousand has lost one, and the line names that one.
 */
export function auditChanges(before: unknown, after: unknown): AuditChange[] {
  const old = new Map<string, Leaf>();
  const now = new Map<string, Leaf>();
  flatten(before, [], old);
  flatten(after, [], now);
  const places = [...new Set([...old.keys(), ...now.keys()])];
  return places
    .map((what) => ({
      what,
      before: words(old.get(what), now.get(what)),
      after: words(now.get(what), old.get(what)),
    }))
    .filter((one) => one.before !== one.after);
}

/** What a leaf says that the other does not; null if nothing. */
function words(leaf: Leaf | undefined, other: Leaf | undefined): string | null {
  if (leaf === undefined || leaf === other) return null;
  if (typeof leaf === "string") return leaf;
  const known = new Set(typeof other === "string" ? [other] : other);
  const own = leaf.filter((one) => !known.has(one));
  return own.length === 0 ? null : own.toSorted().join(", ");
}

/** "securityRole", "SECURITY_ROLE" or "security_role" as words. */
export function auditWords(name: string): string {
  const spaced = /^[A-Z0-9_]+$/.test(name) ? name : name.replace(/([a-z0-9])([A-Z])/g, "$1 $2");
  const plain = spaced
    .replace(/[._-]+/g, " ")
    .trim()
    .toLowerCase();
  return plain.charAt(0).toUpperCase() + plain.slice(1);
}

const DONE: Record<string, string> = {
  create: "created",
  update: "changed",
  delete: "deleted",
  set: "changed",
  secure: "secured",
  release: "released",
};

/** What was done, such as SECURITY_ROLE_UPDATE, as it is said: "Security role changed". */
export function actionWords(action: string): string {
  const parts = auditWords(action).split(" ");
  const verb = parts.at(-1)?.toLowerCase() ?? "";
  return [...parts.slice(0, -1), DONE[verb] ?? verb].join(" ");
}

function flatten(value: unknown, path: readonly string[], into: Map<string, Leaf>): void {
  if (value === null || value === undefined) return;
  if (Array.isArray(value)) {
    into.set(path.join(" › "), value.map(scalarWords));
    return;
  }
  if (typeof value === "object") {
    for (const [name, part] of Object.entries(value)) flatten(part, [...path, partName(name, path)], into);
    return;
  }
  into.set(path.join(" › "), scalarWords(value));
}

/** Under the permissions of a kind stand columns, which keep the name they have in CRM. */
function partName(name: string, path: readonly string[]): string {
  return path.length === 2 && path[0] === "Permissions" ? name : auditWords(name);
}

function scalarWords(value: unknown): string {
  if (value === true) return "yes";
  if (value === false) return "no";
  if (value === "") return "(empty)";
  if (typeof value === "object") return JSON.stringify(value);
  const level = LEVELS.find((one) => one === value);
  return level ? levelWords(level) : String(value);
}
