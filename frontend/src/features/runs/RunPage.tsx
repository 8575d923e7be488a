import { Button, makeStyles, tokens } from "@fluentui/react-components";
import { useState } from "react";
import { useQuery } from "urql";
import { type FragmentType, graphql, readFragment } from "../../gql";
import type { RunMode } from "../../gql/graphql";
import { formatDuration } from "../../lib/format";
import { runPath } from "../../lib/routes";
import { countsLine, isActive, RUN_MODE_WORDS } from "../../lib/runWords";
import { errorMessage } from "../../lib/serverErrors";
import { Link } from "../../ui/Link";
import { Page } from "../../ui/Page";
import { EmptyState, ErrorState, LoadingRows } from "../../ui/PageStates";
import { RunStateBadge } from "../../ui/RunStateBadge";
import { StateBadge } from "../../ui/StateBadge";
import { Timestamp } from "../../ui/Timestamp";
import { UndoDialog } from "../../ui/UndoDialog";
import { useKept } from "../../ui/useKept";
import { RunFailure } from "./RunFailure";
import { RunHeld } from "./RunHeld";
import { RunOperations } from "./RunOperations";
import { RunProblems } from "./RunProblems";
import { RunTimeline } from "./RunTimeline";
import { RunTotals } from "./RunTotals";
import { useLiveRun } from "./useLiveRun";
import { useRunActions } from "./useRunActions";

const RunPageQuery = graphql(`
  query RunPage($id: ID!) {
    run(id: $id) {
      id
      ...RunPage_run
    }
  }
`);

const RunPage_run = graphql(`
  fragment RunPage_run on Run {
    id
    mode
    configuration
    profileVersion
    requests
    queuedAt
    viewerCanCancel
    viewerCanUndo
    undoes {
      since
      quarantinedId
      run {
        id
      }
    }
    startedBy {
      id
      name
    }
    mailbox {
      id
      name
      viewerCanSync
    }
    ...LiveRun_run
    ...RunFailure_run
  }
`);

const useStyles = makeStyles({
  state: { display: "flex", gap: tokens.spacingHorizontalS, alignItems: "center", flexWrap: "wrap" },
  actions: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalS },
  facts: {
    display: "flex",
    flexWrap: "wrap",
    gap: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalXXL}`,
    margin: 0,
    fontSize: tokens.fontSizeBase300,
  },
  fact: { display: "flex", gap: tokens.spacingHorizontalS },
  term: { color: tokens.colorNeutralForeground3 },
  value: { margin: 0, fontVariantNumeric: "tabular-nums" },
});

const AGAIN_WORDS: Record<RunMode, string> = {
  APPLY: "Run again",
  PREVIEW: "Preview again",
  VERIFY: "Verify again",
};

export default function RunPage(props: { id: string }) {
  const [{ data: latest, error }, refetch] = useQuery({ query: RunPageQuery, variables: { id: props.id } });
  const data = useKept(latest);
  const reload = () => refetch({ requestPolicy: "network-only" });

  if (data?.run) return <RunDetail onReload={reload} run={data.run} />;
  return (
    <Page lead={<Link to="/runs">All runs</Link>} title="Run">
      {error ? (
        <ErrorState message={errorMessage(error)} onRetry={reload} title="The run could not be loaded" />
      ) : data ? (
        <EmptyState action={<Link to="/runs">See all runs</Link>} title="There is no such run">
          It may belong to a mailbox you cannot see, or it has been cleaned up.
        </EmptyState>
      ) : (
        <LoadingRows height={64} label="Loading the run" rows={5} />
      )}
    </Page>
  );
}

function RunDetail(props: { run: FragmentType<typeof RunPage_run>; onReload: () => void }) {
  const styles = useStyles();
  const run = readFragment(RunPage_run, props.run);
  const view = useLiveRun(run, props.onReload);
  const { busy, cancel, repeat } = useRunActions();
  const active = isActive(view.state);
  const preview = run.mode === "PREVIEW";
  const [undoing, setUndoing] = useState(false);
  const again = () => void repeat({ mailboxIds: [run.mailbox.id], mode: run.mode, configuration: run.configuration });

  return (
    <Page
      actions={
        active && run.viewerCanCancel ? (
          <Button disabled={busy} onClick={() => void cancel(run.id)}>
            Cancel the run
          </Button>
        ) : (
          <div className={styles.actions}>
            {!active && run.viewerCanUndo && <Button onClick={() => setUndoing(true)}>Undo</Button>}
            {/* What undoes is not repeated: it would be a sync like any other. */}
            {!active && view.state !== "FAILED" && !run.undoes && run.mailbox.viewerCanSync && (
              <Button disabled={busy} onClick={again}>
                {AGAIN_WORDS[run.mode]}
              </Button>
            )}
          </div>
        )
      }
      lead={<Link to="/runs">All runs</Link>}
      title={`${run.undoes ? undoTitle(run.undoes) : RUN_MODE_WORDS[run.mode]} of ${run.mailbox.name}`}
    >
      <div className={styles.state} role="status">
        <RunStateBadge state={view.state} />
        {preview && (
          <StateBadge tone="quiet">
            {run.configuration === "DRAFT" ? "With the draft's directions" : "With the published directions"}
          </StateBadge>
        )}
        <span>
          {active ? (view.message ?? "Under way") : view.state !== "FAILED" && countsLine(view.counts, run.mode)}
        </span>
      </div>
      <dl className={styles.facts}>
        <Fact term="Started">
          <Timestamp at={view.startedAt ?? run.queuedAt} />
        </Fact>
        {view.milliseconds !== null && <Fact term="Took">{formatDuration(view.milliseconds)}</Fact>}
        <Fact term="By">{run.startedBy?.name ?? "the schedule"}</Fact>
        <Fact term="Requests">{run.requests}</Fact>
        {run.undoes?.run && (
          <Fact term="Undoes">
            <Link to={runPath(run.undoes.run.id)}>another run</Link>
          </Fact>
        )}
        {run.undoes?.since && (
          <Fact term="Undoes">
            what was written since <Timestamp at={run.undoes.since} />
          </Fact>
        )}
        {run.profileVersion !== null && run.profileVersion !== undefined && (
          <Fact term="Directions">version {run.profileVersion}</Fact>
        )}
      </dl>
      {view.state === "FAILED" && (
        <RunFailure busy={busy} onRetry={run.mailbox.viewerCanSync ? again : undefined} run={run} />
      )}
      {view.state === "SUCCEEDED" && run.mode === "APPLY" && view.counts.held > 0 && run.mailbox.viewerCanSync && (
        <RunHeld
          busy={busy}
          count={view.counts.held}
          mailbox={run.mailbox}
          onRelease={() =>
            void repeat({
              mailboxIds: [run.mailbox.id],
              mode: "APPLY",
              configuration: "PUBLISHED",
              releaseHeld: true,
            })
          }
        />
      )}
      <RunTotals counts={view.counts} mode={run.mode} />
      <RunTimeline active={active} mode={run.mode} phases={view.phases} />
      <RunProblems problems={view.problems} />
      {/* Mounted anew with each phase, so that it shows the plan once it stands and the outcomes at the end. */}
      <RunOperations
        active={active}
        canUndo={!active && run.viewerCanUndo}
        key={`${view.phases.length}-${active}`}
        mode={run.mode}
        runId={run.id}
      />
      {undoing && (
        <UndoDialog
          of={{ runId: run.id }}
          onClose={() => setUndoing(false)}
          title={`Undo the sync of ${run.mailbox.name}`}
        />
      )}
    </Page>
  );
}

/** A run that puts a copy back out of the quarantine undoes its deletion, and is called what people asked for. */
function undoTitle(undoes: { quarantinedId?: string | null }): string {
  return undoes.quarantinedId ? "Restoration" : "Undo";
}

function Fact(props: { term: string; children: React.ReactNode }) {
  const styles = useStyles();
  return (
    <div className={styles.fact}>
      <dt className={styles.term}>{props.term}</dt>
      <dd className={styles.value}>{props.children}</dd>
    </div>
  );
}
