import type {
  DeletionCause,
  DeletionDecidedBy,
  DeletionOutcome,
  DeletionState,
  DeletionTime,
  RecordKind,
} from "../gql/graphql";

export interface CellLike {
  key: string;
  kind: RecordKind;
  cause: DeletionCause;
  owner?: boolean | null;
  organizer?: boolean | null;
  time?: DeletionTime | null;
  state?: DeletionState | null;
}

/** In the order in which the tables stand. */
export const CAUSES: readonly DeletionCause[] = ["RECORD_DELETED", "ITEM_DELETED", "RECORD_CANCELLED"];

const CAUSE_TITLES: Record<DeletionCause, string> = {
  RECORD_DELETED: "Deleted in CRM",
  ITEM_DELETED: "Deleted in Outlook",
  RECORD_CANCELLED: "Cancelled in CRM",
};

export function causeTitle(cause: DeletionCause): string {
  return CAUSE_TITLES[cause];
}

/** What is on the other side of where it happened. */
function otherEnd(cause: DeletionCause): string {
  return cause === "ITEM_DELETED" ? "record in CRM" : "item in Outlook";
}

export function causeLead(cause: DeletionCause): string {
  return `What becomes of the ${otherEnd(cause)}.`;
}

const OUTCOMES: Record<DeletionOutcome, { title: string; means: string }> = {
  DELETE: { title: "Delete", means: "is deleted; a copy of it is kept for a while" },
  UNLINK: { title: "Unlink", means: "stays and is no longer followed" },
  KEEP: { title: "Keep", means: "stays and is followed on" },
  CANCEL: { title: "Mark as cancelled", means: "is marked as cancelled, whichever way its status travels" },
};

export function outcomeTitle(outcome: DeletionOutcome): string {
  return OUTCOMES[outcome].title;
}

/** The outcome as a sentence about the other end. */
export function outcomeSentence(outcome: DeletionOutcome, cause: DeletionCause): string {
  return `The ${otherEnd(cause)} ${OUTCOMES[outcome].means}.`;
}

const DECIDERS: Record<DeletionDecidedBy, string> = {
  KIND: "Its kind decides: nothing else is possible.",
  MAILBOX: "A setting of the mailbox decides.",
  MATRIX: "The matrix decides.",
  UNKNOWN: "Too little is known of it.",
  RIGHTS: "The rights of the mailbox's owner decide.",
  LINK: "It has no item in this mailbox.",
};

export function decidedWords(decider: DeletionDecidedBy): string {
  return DECIDERS[decider];
}

function who(cell: CellLike): string {
  const owner = cell.owner ? "The mailbox's owner owns it" : "Somebody else owns it";
  if (typeof cell.organizer !== "boolean") return owner;
  if (cell.owner) return `${owner} and ${cell.organizer ? "organizes it" : "does not organize it"}`;
  return `${owner}, and the mailbox's owner ${cell.organizer ? "organizes it" : "does not organize it"}`;
}

const STATES: Record<DeletionState, string> = { OPEN: "open", COMPLETED: "completed", CANCELLED: "cancelled" };

function when(cell: CellLike): string {
  const series = cell.kind === "RECURRING_APPOINTMENT";
  const time = cell.time && (cell.time === "PAST" ? (series ? "ended" : "past") : series ? "going on" : "ahead");
  const words = [time, cell.state && STATES[cell.state]].filter(Boolean).join(", ");
  return words === "" ? "In every case" : words.charAt(0).toUpperCase() + words.slice(1);
}

/** What a cell is about, as one sentence. */
export function cellWords(cell: CellLike): string {
  const words = when(cell);
  return words === "In every case" ? who(cell) : `${who(cell)}; ${words.toLowerCase()}`;
}

interface MatrixRow<Cell> {
  words: string;
  /** One for each column. */
  cells: readonly Cell[];
}

/** The cells of one kind and cause as a table: whose a record is down, time and state across. */
export function asTable<Cell extends CellLike>(
  cells: readonly Cell[],
): { columns: readonly string[]; rows: readonly MatrixRow<Cell>[] } {
  const columns = [...new Set(cells.map(when))];
  const rows = [...new Set(cells.map(who))].map((words) => ({
    words,
    cells: columns.flatMap((column) => cells.filter((one) => who(one) === words && when(one) === column)),
  }));
  return { columns, rows };
}
