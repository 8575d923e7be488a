import type { CheckStage, RecordKind } from "../gql/graphql";
import { countOf, formatNumber } from "./format";

interface ContradictionLike {
  mapping: { id: string; kind: RecordKind };
  /** A missing role concerns all fields of a kind; its mapping only stands for them. */
  stage: CheckStage;
  reach: "EVERYBODY" | "SOME";
  message: string;
}

/** "2 fields and 1 kind of records can't travel as set for some people", however many rules stand against each. */
export function contradictionsTitle(contradictions: readonly ContradictionLike[]): string {
  const fields = new Set(contradictions.filter(isOfField).map((one) => one.mapping.id)).size;
  const kinds = new Set(contradictions.filter((one) => !isOfField(one)).map((one) => one.mapping.kind)).size;
  const what = [
    ...(fields > 0 ? [countOf(fields, "field")] : []),
    ...(kinds > 0 ? [countOf(kinds, "kind of records", "kinds of records")] : []),
  ];
  const everybody = contradictions.every((one) => one.reach === "EVERYBODY");
  return `${what.join(" and ")} can’t travel as set for ${everybody ? "anybody" : "some people"}`;
}

/** Whether it is about its field alone, and not about all fields of the kind. */
export function isOfField(contradiction: { stage: CheckStage }): boolean {
  return contradiction.stage !== "ROLE";
}

/** What to say on the row of a field, by mapping. */
export function contradictionsByMapping(contradictions: readonly ContradictionLike[]): ReadonlyMap<string, string> {
  const messages = new Map<string, string>();
  for (const { mapping, message } of contradictions.filter(isOfField)) {
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
