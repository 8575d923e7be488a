import type { OperationAction, OperationState, RunMode, RunPhaseName, RunState } from "../gql/graphql";
import { countOf, formatNumber } from "./format";

export interface Counts {
  recordsChanged: number;
  itemsChanged: number;
  unchanged: number;
  createdInCrm: number;
  updatedInCrm: number;
  deletedInCrm: number;
  createdInOutlook: number;
  updatedInOutlook: number;
  deletedInOutlook: number;
  linked: number;
  unlinked: number;
  strays: number;
  conflicts: number;
  held: number;
  skipped: number;
  failed: number;
  different: number;
}

export const NO_COUNTS: Counts = {
  recordsChanged: 0,
  itemsChanged: 0,
  unchanged: 0,
  createdInCrm: 0,
  updatedInCrm: 0,
  deletedInCrm: 0,
  createdInOutlook: 0,
  updatedInOutlook: 0,
  deletedInOutlook: 0,
  linked: 0,
  unlinked: 0,
  strays: 0,
  conflicts: 0,
  held: 0,
  skipped: 0,
  failed: 0,
  different: 0,
};

export function toOutlook(counts: Counts): number {
  return counts.createdInOutlook + counts.updatedInOutlook + counts.deletedInOutlook;
}

export function toCrm(counts: Counts): number {
  return counts.createdInCrm + counts.updatedInCrm + counts.deletedInCrm;
}

/** One line for a list: "12 to Outlook, 3 to CRM, 1 conflict", or "Nothing to do"; of a verify run, what it found. */
export function countsLine(counts: Counts, mode: RunMode): string {
  if (mode === "VERIFY") return verifiedLine(counts);
  const parts: string[] = [];
  const add = (value: number, text: string) => value > 0 && parts.push(text);
  add(toOutlook(counts), `${formatNumber(toOutlook(counts))} to Outlook`);
  add(toCrm(counts), `${formatNumber(toCrm(counts))} to CRM`);
  add(counts.linked, `${formatNumber(counts.linked)} linked`);
  add(counts.unlinked, `${formatNumber(counts.unlinked)} unlinked`);
  add(counts.conflicts, countOf(counts.conflicts, "conflict"));
  add(counts.held, `${formatNumber(counts.held)} held`);
  add(counts.skipped, `${formatNumber(counts.skipped)} skipped`);
  add(counts.failed, `${formatNumber(counts.failed)} failed`);
  if (parts.length === 0) return "Nothing to do";
  return mode === "PREVIEW" ? `Would sync: ${parts.join(", ")}` : parts.join(", ");
}

function verifiedLine(counts: Counts): string {
  const waiting = counts.recordsChanged + counts.itemsChanged;
  const found = counts.different > 0 ? countOf(counts.different, "difference") : "Both sides agree";
  return waiting > 0 ? `${found}, ${countOf(waiting, "change")} not synchronized yet` : found;
}

/** What a run of this mode is called in front of people. */
export const RUN_MODE_WORDS: Record<RunMode, string> = { APPLY: "Sync", PREVIEW: "Preview", VERIFY: "Verification" };

export const RUN_STATE_WORDS: Record<RunState, string> = {
  QUEUED: "Queued",
  RUNNING: "Running",
  SUCCEEDED: "Succeeded",
  FAILED: "Failed",
  CANCELLED: "Cancelled",
};

export function isActive(state: RunState): boolean {
  return state === "QUEUED" || state === "RUNNING";
}

export function phaseTitle(phase: RunPhaseName): string {
  if (phase === "GATHER") return "Gather changes";
  if (phase === "DECIDE") return "Decide field by field";
  return "Apply the plan";
}

const ACTION_WORDS: Record<OperationAction, [done: string, would: string]> = {
  CREATE_ITEM: ["Create in Outlook", "Would create in Outlook"],
  UPDATE_ITEM: ["Update in Outlook", "Would update in Outlook"],
  DELETE_ITEM: ["Delete from Outlook", "Would delete from Outlook"],
  CREATE_RECORD: ["Create in CRM", "Would create in CRM"],
  UPDATE_RECORD: ["Update in CRM", "Would update in CRM"],
  DELETE_RECORD: ["Delete from CRM", "Would delete from CRM"],
  LINK: ["Link", "Would link"],
  UNLINK: ["Unlink", "Would unlink"],
};

export function actionWords(action: OperationAction, mode: RunMode): string {
  return ACTION_WORDS[action][mode === "PREVIEW" ? 1 : 0];
}

const MOST_NAMED = 3;

/** Whom the mail server may mail because of an operation: a few by address, the rest by number. */
export function mailedWords(mailed: readonly string[], mode: RunMode): string {
  const named = mailed.slice(0, MOST_NAMED).join(", ");
  const rest = mailed.length - MOST_NAMED;
  return `${mode === "PREVIEW" ? "Would mail" : "Mails"} ${named}${rest > 0 ? ` and ${rest} more` : ""}`;
}

export const OPERATION_STATE_WORDS: Record<OperationState, string> = {
  PLANNED: "Planned",
  INTENDED: "Under way",
  APPLIED: "Applied",
  SKIPPED: "Skipped",
  HELD: "Held",
  CONFLICT: "Conflict",
  FAILED: "Failed",
};
