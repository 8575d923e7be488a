import type { RecordKind, RunEventType, RunPhaseName, RunState } from "../gql/graphql";
import type { Counts } from "./runWords";

export interface PhaseView {
  phase: RunPhaseName;
  kind: RecordKind;
  startedAt: string;
  finishedAt: string | null;
  milliseconds: number | null;
  done: number;
  total: number | null;
}

/** What the page shows of a run, and how far into its events that view reaches. */
export interface RunView<Problem extends { seq: number }> {
  lastSeq: number;
  state: RunState;
  startedAt: string | null;
  finishedAt: string | null;
  milliseconds: number | null;
  phases: readonly PhaseView[];
  counts: Counts;
  problems: readonly Problem[];
  message: string | null;
}

export interface RunEventLike<Problem> {
  seq: number;
  at: string;
  type: RunEventType;
  state: RunState;
  phase?: RunPhaseName | null;
  kind?: RecordKind | null;
  done?: number | null;
  total?: number | null;
  milliseconds?: number | null;
  counts?: Counts | null;
  problem?: Problem | null;
  message: string;
}

/**
 * Folds a batch of events into the view. Repeats (a reconnect replays) are dropped by `seq`,
 * and the batch is put in order first, so folding twice or in pieces gives the same view.
 */
export function foldRunEvents<Problem extends { seq: number }>(
  view: RunView<Problem>,
  events: readonly RunEventLike<Problem>[],
): RunView<Problem> {
  const fresh = [...events].sort((a, b) => a.seq - b.seq);
  let next = view;
  for (const event of fresh) {
    if (event.seq > next.lastSeq) next = foldOne(next, event);
  }
  return next;
}

function foldOne<Problem extends { seq: number }>(
  view: RunView<Problem>,
  event: RunEventLike<Problem>,
): RunView<Problem> {
  const next = {
    ...view,
    lastSeq: event.seq,
    state: event.state,
    counts: event.counts ?? view.counts,
    message: event.message || view.message,
  };
  switch (event.type) {
    case "QUEUED":
    case "WAITING":
      return next;
    case "STARTED":
      return { ...next, startedAt: view.startedAt ?? event.at };
    case "PHASE_STARTED":
    case "PROGRESS":
    case "PHASE_FINISHED":
      return { ...next, phases: foldPhase(view.phases, event) };
    case "PROBLEM":
      return event.problem && !view.problems.some((one) => one.seq === event.problem?.seq)
        ? { ...next, problems: [...view.problems, event.problem] }
        : next;
    case "FINISHED":
      return { ...next, finishedAt: event.at, milliseconds: event.milliseconds ?? view.milliseconds };
  }
}

function foldPhase(phases: readonly PhaseView[], event: RunEventLike<unknown>): readonly PhaseView[] {
  const { phase, kind } = event;
  if (!phase || !kind) return phases;
  const at = phases.findIndex((one) => one.phase === phase && one.kind === kind);
  const known = phases[at] ?? {
    phase,
    kind,
    startedAt: event.at,
    finishedAt: null,
    milliseconds: null,
    done: 0,
    total: null,
  };
  const ended = event.type === "PHASE_FINISHED";
  const folded: PhaseView = {
    ...known,
    done: event.done ?? known.done,
    total: event.total ?? known.total,
    finishedAt: ended ? event.at : known.finishedAt,
    milliseconds: ended ? (event.milliseconds ?? known.milliseconds) : known.milliseconds,
  };
  return at === -1 ? [...phases, folded] : phases.with(at, folded);
}
