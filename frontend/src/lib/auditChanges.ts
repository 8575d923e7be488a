import { LEVELS, levelWords } from "./accessLevels";

export interface AuditChange {
  /** Where in the object, as words: "privileges › Contact read". */
  what: string;
  before: string | null;
  after: string | null;
}

/** Only what differs between two states of a right, one line per value; null where there was or is none. */
export function auditChanges(before: unknown, after: unknown): AuditChange[] {
  const old = new Map<string, string>();
  const now = new Map<string, string>();
  flatten(before, [], old);
  flatten(after, [], now);
  const places = [...new Set([...old.keys(), ...now.keys()])];
  return places
    .filter((place) => old.get(place) !== now.get(place))
    .map((what) => ({ what, before: old.get(what) ?? null, after: now.get(what) ?? null }));
}

/** "securityRole.privilegesSet", "SECURITY_ROLE_UPDATE" or "securityRoleUpdate" as words. */
export function auditWords(name: string): string {
  const words = /^[A-Z0-9_]+$/.test(name) ? name.toLowerCase() : name.replace(/([a-z0-9])([A-Z])/g, "$1 $2");
  const plain = words
    .replace(/[._-]+/g, " ")
    .trim()
    .toLowerCase();
  return plain.charAt(0).toUpperCase() + plain.slice(1);
}

function flatten(value: unknown, path: readonly string[], into: Map<string, string>): void {
  if (value === null || value === undefined) return;
  if (Array.isArray(value)) {
    flattenList(value, path, into);
    return;
  }
  if (typeof value === "object") {
    for (const [name, part] of Object.entries(value)) flatten(part, [...path, auditWords(name)], into);
    return;
  }
  into.set(path.join(" › "), scalarWords(value));
}

/** A list of plain values is a set; a list of objects is keyed by what names them, so that order is no change. */
function flattenList(list: readonly unknown[], path: readonly string[], into: Map<string, string>): void {
  const objects = list.filter((one) => typeof one === "object" && one !== null) as Record<string, unknown>[];
  if (objects.length === 0) {
    if (list.length > 0) into.set(path.join(" › "), list.map(scalarWords).toSorted().join(", "));
    return;
  }
  objects.forEach((one, index) => {
    const [names, rest] = splitNames(one);
    const name = names.length > 0 ? names.join(" ") : String(index + 1);
    const values = Object.values(rest);
    if (values.length === 0) into.set([...path, name].join(" › "), "yes");
    // One value needs no name of its own: "Contact Read: user".
    else flatten(values.length === 1 ? values[0] : rest, [...path, name], into);
  });
}

/** What names a part of a right, most telling first; the values of some are choices, of others a person's own words. */
const NAMING = ["name", "kind", "attribute", "privilege", "principal", "id"];
const CHOICES = ["kind", "privilege"];

function splitNames(value: Record<string, unknown>): [string[], Record<string, unknown>] {
  const naming = NAMING.filter((key) => typeof value[key] === "string");
  const names = naming.map((key) => (CHOICES.includes(key) ? auditWords(String(value[key])) : String(value[key])));
  const rest = Object.fromEntries(Object.entries(value).filter(([key]) => !naming.includes(key)));
  return [names, rest];
}

function scalarWords(value: unknown): string {
  if (value === true) return "yes";
  if (value === false) return "no";
  if (value === "") return "(empty)";
  const level = LEVELS.find((one) => one === value);
  if (level) return levelWords(level);
  return String(value);
}
