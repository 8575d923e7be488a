import { expect, it } from "vitest";
import { foldRunEvents, idleKinds, type PhaseView, type RunEventLike, type RunView } from "./runFold";
import { NO_COUNTS } from "./runWords";

interface Problem {
  seq: number;
}

const QUEUED: RunView<Problem> = {
  lastSeq: 1,
  state: "QUEUED",
  startedAt: null,
  finishedAt: null,
  milliseconds: null,
  phases: [],
  counts: NO_COUNTS,
  problems: [],
  message: null,
};

function event(seq: number, part: Partial<RunEventLike<Problem>>): RunEventLike<Problem> {
  return { seq, at: `2026-11-02T10:00:0${seq}Z`, type: "PROGRESS", state: "RUNNING", message: "", ...part };
}

const GATHER = { phase: "GATHER", kind: "CONTACT" } as const;
const STORY = [
  event(2, { type: "STARTED" }),
  event(3, { type: "PHASE_STARTED", ...GATHER, done: 0, total: 40 }),
  event(4, { type: "PROGRESS", ...GATHER, done: 20, counts: { ...NO_COUNTS, linked: 2 }, message: "Gathering" }),
  event(5, { type: "PROBLEM", problem: { seq: 5 } }),
  event(6, { type: "PHASE_FINISHED", ...GATHER, done: 40, milliseconds: 120 }),
  event(7, { type: "FINISHED", state: "SUCCEEDED", milliseconds: 900, counts: { ...NO_COUNTS, linked: 3 } }),
];

it("tells the story of a run", () => {
  const view = foldRunEvents(QUEUED, STORY);

  expect(view).toMatchObject({
    lastSeq: 7,
    state: "SUCCEEDED",
    startedAt: "2026-11-02T10:00:02Z",
    finishedAt: "2026-11-02T10:00:07Z",
    milliseconds: 900,
    counts: { linked: 3 },
    problems: [{ seq: 5 }],
    message: "Gathering",
  });
  expect(view.phases).toEqual([
    {
      ...GATHER,
      startedAt: "2026-11-02T10:00:03Z",
      finishedAt: "2026-11-02T10:00:06Z",
      milliseconds: 120,
      done: 40,
      total: 40,
    },
  ]);
});

it("gives the same view in pieces, with repeats, and out of order within a batch", () => {
  const whole = foldRunEvents(QUEUED, STORY);

  const first = foldRunEvents(QUEUED, STORY.slice(0, 3).reverse());
  const resumed = foldRunEvents(first, [...STORY, ...STORY]);

  expect(resumed).toEqual(whole);
});

it("drops what it has seen without making a new view", () => {
  const view = foldRunEvents(QUEUED, STORY);

  expect(foldRunEvents(view, STORY)).toBe(view);
});

it("keeps the phases of two kinds apart", () => {
  const view = foldRunEvents(QUEUED, [
    event(2, { type: "PHASE_STARTED", phase: "GATHER", kind: "CONTACT" }),
    event(3, { type: "PHASE_STARTED", phase: "GATHER", kind: "TASK", total: 5 }),
    event(4, { type: "PROGRESS", phase: "GATHER", kind: "TASK", done: 4 }),
  ]);

  expect(view.phases.map((one) => [one.kind, one.done, one.total])).toEqual([
    ["CONTACT", 0, null],
    ["TASK", 4, 5],
  ]);
});

it("does not list a problem twice that the stored run already had", () => {
  const view = foldRunEvents({ ...QUEUED, problems: [{ seq: 5 }] }, STORY);

  expect(view.problems).toHaveLength(1);
});

function phase(kind: PhaseView["kind"], part: Partial<PhaseView>): PhaseView {
  const at = "2026-11-02T10:00:00Z";
  return { phase: "GATHER", kind, startedAt: at, finishedAt: at, milliseconds: 1, done: 0, total: 0, ...part };
}

it("knows the kinds that went through without anything to handle", () => {
  const phases = [
    phase("CONTACT", { done: 2, total: 2 }),
    phase("CONTACT", { phase: "DECIDE" }),
    phase("APPOINTMENT", {}),
    phase("APPOINTMENT", { phase: "DECIDE" }),
    phase("TASK", {}),
    phase("FAX", {}),
    phase("FAX", { phase: "DECIDE", finishedAt: null }),
  ];

  expect(idleKinds(phases, 2)).toEqual(["APPOINTMENT"]);
});
