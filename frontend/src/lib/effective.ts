import type { CheckStage, Direction } from "../gql/graphql";
import { directionWords } from "./directions";

/** A flow that is set and does not happen, as the server tells it. */
export interface BlockedFlowLike {
  direction: Direction;
  message: string;
  stage: CheckStage;
  rule: string;
}

const STAGES: Record<CheckStage, { title: string; remedy: string }> = {
  CATALOGUE: { title: "The field itself", remedy: "The field cannot travel that way; nothing changes that." },
  PROFILE: { title: "The profile", remedy: "Change the direction in the profile that holds for this person." },
  MAILBOX: { title: "The mailbox", remedy: "Choose another sync method for the mailbox." },
  ROLE: { title: "Security roles", remedy: "Give a security role that allows it." },
  RECORD: { title: "The record", remedy: "Share the record, assign it, or give a role that reaches further." },
  COLUMN: { title: "Column security", remedy: "Allow it in a field profile, or narrow the direction." },
};

export function stageTitle(stage: CheckStage): string {
  return STAGES[stage].title;
}

/** What an administrator can do about a check that fails. */
function stageRemedy(stage: CheckStage): string {
  return STAGES[stage].remedy;
}

export interface BlockedLine {
  /** "Outlook to CRM does not flow." */
  what: string;
  message: string;
  /** Null when the message says the same already. */
  rule: string | null;
  remedy: string | null;
}

/** Why a direction is narrower than it is set, a line for each flow; remedies for those who can apply them. */
export function blockedLines(blocked: readonly BlockedFlowLike[], canAdminister: boolean): BlockedLine[] {
  return blocked.map((one) => ({
    what: `${capital(directionWords(one.direction))} does not flow.`,
    message: one.message,
    rule: one.rule === one.message ? null : one.rule,
    remedy: canAdminister ? stageRemedy(one.stage) : null,
  }));
}

/** The same for a screen reader, in one breath. */
export function blockedSentence(lines: readonly BlockedLine[]): string {
  return lines.map((line) => `${line.what} ${line.rule ?? line.message}`).join(" ");
}

/** "you" in the middle of a sentence, or the person's name. */
export function forWhom(person: string | null): string {
  return person ?? "you";
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
