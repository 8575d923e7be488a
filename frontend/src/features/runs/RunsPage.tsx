import { Button, makeStyles, tokens } from "@fluentui/react-components";
import { useEffect, useState } from "react";
import { useQuery } from "urql";
import { graphql } from "../../gql";
import { countOf } from "../../lib/format";
import { navigate } from "../../lib/location";
import { asksForDraftPreview } from "../../lib/routes";
import { isActive } from "../../lib/runWords";
import { errorMessage } from "../../lib/serverErrors";
import { LoadMore } from "../../ui/LoadMore";
import { Page } from "../../ui/Page";
import { EmptyState, ErrorState, LoadingRows } from "../../ui/PageStates";
import { useKept } from "../../ui/useKept";
import { useConnection } from "../../ui/useStores";
import { RunRow } from "./RunRow";
import { StartRunDialog } from "./StartRunDialog";

const RunsPageQuery = graphql(`
  query RunsPage($first: Int!) {
    viewer {
      canStartRuns
    }
    runs(first: $first) {
      totalCount
      pageInfo {
        hasNextPage
      }
      nodes {
        id
        state
        ...RunRow_run
      }
    }
  }
`);

const STEP = 25;
const POLL_MS = 2000;

const useStyles = makeStyles({
  frame: {
    borderRadius: tokens.borderRadiusXLarge,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground1,
    overflow: "clip",
  },
  list: { listStyleType: "none", margin: 0, padding: 0 },
});

export default function RunsPage() {
  const styles = useStyles();
  // One growing page, not a chain of cursors: new runs push old ones down, and the list must not tear.
  const [first, setFirst] = useState(STEP);
  const [starting, setStarting] = useState(() => asksForDraftPreview(window.location.search));
  const [draftPreview] = useState(starting);
  const [{ data: latest, error, fetching }, refetch] = useQuery({ query: RunsPageQuery, variables: { first } });
  const data = useKept(latest);
  const { epoch } = useConnection();

  const active = data?.runs.nodes.some((run) => isActive(run.state)) ?? false;
  useEffect(() => {
    if (!active) return;
    const timer = setInterval(() => {
      if (!document.hidden) refetch({ requestPolicy: "network-only" });
    }, POLL_MS);
    return () => clearInterval(timer);
  }, [active, refetch]);

  useEffect(() => {
    if (epoch > 0) refetch({ requestPolicy: "network-only" });
  }, [epoch, refetch]);

  const close = () => {
    setStarting(false);
    if (window.location.search) navigate("/runs", "replace");
  };

  const start = data?.viewer.canStartRuns && (
    <Button appearance="primary" onClick={() => setStarting(true)}>
      Start a sync
    </Button>
  );

  return (
    <Page
      actions={start}
      lead="What each sync did, and what wants a look. A preview decides everything and writes nothing."
      title="Runs"
    >
      {error && !data ? (
        <ErrorState
          message={errorMessage(error)}
          onRetry={() => refetch({ requestPolicy: "network-only" })}
          title="The runs could not be loaded"
        />
      ) : !data ? (
        <LoadingRows height={56} label="Loading the runs" />
      ) : data.runs.nodes.length === 0 ? (
        <EmptyState action={start} title="No sync has run yet">
          Start one, or preview what it would do without writing anything.
        </EmptyState>
      ) : (
        <>
          <div className={styles.frame}>
            <ul aria-label="Runs" className={styles.list}>
              {data.runs.nodes.map((run) => (
                <RunRow key={run.id} run={run} />
              ))}
            </ul>
          </div>
          <LoadMore
            busy={fetching}
            first={first}
            hasMore={data.runs.pageInfo.hasNextPage}
            left={countOf(data.runs.totalCount - data.runs.nodes.length, "older run")}
            onMore={setFirst}
            step={STEP}
          />
        </>
      )}
      {starting && (
        <StartRunDialog
          draftPreview={draftPreview}
          onClose={close}
          onStarted={() => refetch({ requestPolicy: "network-only" })}
        />
      )}
    </Page>
  );
}
