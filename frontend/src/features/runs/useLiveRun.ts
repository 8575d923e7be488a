import { useEffect, useMemo, useRef, useState } from "react";
import { useClient } from "urql";
import { type FragmentType, graphql, readFragment } from "../../gql";
import type { LiveRun_RunFragment, RunEventsSubscription } from "../../gql/graphql";
import { foldRunEvents, type RunView } from "../../lib/runFold";
import { isActive } from "../../lib/runWords";
import { useConnection } from "../../ui/useStores";

export const LiveRun_run = graphql(`
  fragment LiveRun_run on Run {
    id
    state
    startedAt
    finishedAt
    milliseconds
    lastSeq
    phases {
      phase kind startedAt finishedAt milliseconds done total
    }
    counts {
      recordsChanged itemsChanged unchanged createdInCrm updatedInCrm deletedInCrm
      createdInOutlook updatedInOutlook deletedInOutlook linked unlinked strays conflicts held skipped failed different
    }
    problems(first: 100) {
      nodes {
        seq
        ...RunProblemItem_problem
      }
    }
  }
`);

const RunEventsDocument = graphql(`
  subscription RunEvents($runId: ID!, $after: Int) {
    runEvents(runId: $runId, after: $after) {
      seq at type state phase kind done total milliseconds message
      counts {
        recordsChanged itemsChanged unchanged createdInCrm updatedInCrm deletedInCrm
        createdInOutlook updatedInOutlook deletedInOutlook linked unlinked strays conflicts held skipped failed different
      }
      problem {
        seq
        ...RunProblemItem_problem
      }
    }
  }
`);

type Problem = LiveRun_RunFragment["problems"]["nodes"][number];
type LiveRunView = RunView<Problem>;
type RunEvent = RunEventsSubscription["runEvents"];

/** A page cannot show more than this many updates a second to anybody's benefit. */
const BATCH_MS = 100;

/** The run as stored, moved on by its events while it is active; `onEnd` is told once, when it finished. */
export function useLiveRun(masked: FragmentType<typeof LiveRun_run>, onEnd: () => void): LiveRunView {
  const client = useClient();
  const run = readFragment(LiveRun_run, masked);
  const stored = useMemo<LiveRunView>(() => viewOf(run), [run]);
  const [live, setLive] = useState<LiveRunView>(stored);
  const { epoch } = useConnection();
  const end = useRef(onEnd);
  end.current = onEnd;

  // A refetch can be behind the events already folded, never the other way round for what we show.
  const view = live.lastSeq > stored.lastSeq ? live : stored;
  const seq = useRef(view.lastSeq);
  seq.current = view.lastSeq;
  const base = useRef(view);
  base.current = view;
  const active = isActive(view.state);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new epoch is a new socket, to be resumed after the last event seen.
  useEffect(() => {
    if (!active) return;
    let waiting: RunEvent[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const flush = () => {
      timer = undefined;
      const batch = waiting;
      waiting = [];
      const next = foldRunEvents(base.current, batch);
      base.current = next;
      setLive(next);
      if (batch.some((event) => event.type === "FINISHED")) end.current();
    };
    const { unsubscribe } = client
      .subscription(RunEventsDocument, { runId: run.id, after: seq.current })
      .subscribe((result) => {
        if (!result.data) return;
        waiting.push(result.data.runEvents);
        timer ??= setTimeout(flush, BATCH_MS);
      });
    return () => {
      unsubscribe();
      clearTimeout(timer);
    };
  }, [client, run.id, active, epoch]);

  return view;
}

function viewOf(run: LiveRun_RunFragment): LiveRunView {
  return {
    lastSeq: run.lastSeq,
    state: run.state,
    startedAt: run.startedAt ?? null,
    finishedAt: run.finishedAt ?? null,
    milliseconds: run.milliseconds ?? null,
    phases: run.phases.map((phase) => ({
      ...phase,
      finishedAt: phase.finishedAt ?? null,
      milliseconds: phase.milliseconds ?? null,
      total: phase.total ?? null,
    })),
    counts: run.counts,
    problems: run.problems.nodes,
    message: null,
  };
}
