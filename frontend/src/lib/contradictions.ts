import { countOf, formatNumber } from "./format";

interface ContradictionLike {
  mapping: { id: string };
  reach: "EVERYBODY" | "SOME";
  message: string;
}

/** "2 fields can't travel as set for some people"; several rules about one field are one field. */
export function contradictionsTitle(contradictions: readonly ContradictionLike[]): string {
  const fields = new Set(contradictions.map((one) => one.mapping.id)).size;
  const everybody = contradictions.every((one) => one.reach === "EVERYBODY");
  return `${countOf(fields, "field")} can’t travel as set for ${everybody ? "anybody" : "some people"}`;
}

/** What to say on the row of a field, by mapping. */
export function contradictionsByMapping(contradictions: readonly ContradictionLike[]): ReadonlyMap<string, string> {
  const messages = new Map<string, string>();
  for (const { mapping, message } of contradictions) {
    const before = messages.get(mapping.id);
    messages.set(mapping.id, before ? `${before} ${message}` : message);
  }
  return messages;
}

const NAMED = 3;

/** "Ada, Mara, Nancy and 11 others", of `affected` people of whom the server names the first few. */
export function affectedPeople(names: readonly string[], affected: number): string {
  const shown = names.slice(0, NAMED);
  const rest = affected - shown.length;
  if (shown.length === 0) return countOf(affected, "person", "people");
  if (rest > 0) return `${shown.join(", ")} and ${formatNumber(rest)} ${rest === 1 ? "other" : "others"}`;
  if (shown.length === 1) return shown.join("");
  return `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`;
}
