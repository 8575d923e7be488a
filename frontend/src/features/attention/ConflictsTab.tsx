import { makeStyles, Select } from "@fluentui/react-components";
import { useCallback, useState } from "react";
import { useQuery } from "urql";
import { graphql } from "../../gql";
import type { ConflictState } from "../../gql/graphql";
import { countOf } from "../../lib/format";
import { errorMessage } from "../../lib/serverErrors";
import { EmptyState } from "../../ui/PageStates";
import { useKept } from "../../ui/useKept";
import { usePolling } from "../../ui/usePolling";
import { AttentionList } from "./AttentionList";
import { ConflictItem } from "./ConflictItem";

const ConflictsTabQuery = graphql(`
  query ConflictsTab($first: Int!, $mailboxId: ID, $state: ConflictState) {
    conflicts(first: $first, mailboxId: $mailboxId, state: $state) {
      totalCount
      pageInfo {
        hasNextPage
      }
      nodes {
        id
        ...ConflictItem_conflict
      }
    }
  }
`);

const STEP = 25;
const POLL_MS = 15_000;

const CHOICES: readonly { state: ConflictState; words: string }[] = [
  { state: "OPEN", words: "Waiting for a decision" },
  { state: "RESOLVED", words: "Decided, not carried out yet" },
  { state: "SETTLED", words: "Carried out" },
  { state: "GONE", words: "Ended by themselves" },
];

const useStyles = makeStyles({ filter: { alignSelf: "flex-start", maxWidth: "100%" } });

export function ConflictsTab(props: { mailboxId: string | null }) {
  const styles = useStyles();
  const [state, setState] = useState<ConflictState>("OPEN");
  return (
    <>
      <Select
        aria-label="Which conflicts"
        className={styles.filter}
        onChange={(_, change) => setState(change.value as ConflictState)}
        value={state}
      >
        {CHOICES.map((one) => (
          <option key={one.state} value={one.state}>
            {one.words}
          </option>
        ))}
      </Select>
      <ConflictList key={state} mailboxId={props.mailboxId} state={state} />
    </>
  );
}

function ConflictList(props: { mailboxId: string | null; state: ConflictState }) {
  const [first, setFirst] = useState(STEP);
  const [{ data: latest, error, fetching }, refetch] = useQuery({
    query: ConflictsTabQuery,
    variables: { first, mailboxId: props.mailboxId, state: props.state },
  });
  const data = useKept(latest);
  const reload = useCallback(() => refetch({ requestPolicy: "network-only" }), [refetch]);
  usePolling(reload, POLL_MS);
  const conflicts = data?.conflicts.nodes;

  return (
    <AttentionList
      busy={fetching}
      empty={
        props.state === "OPEN" ? (
          <EmptyState title="No conflict waits for you">
            Where a field asks a person and both sides changed it, both values will stand here.
          </EmptyState>
        ) : (
          <EmptyState title="No conflict of this kind" />
        )
      }
      first={first}
      hasMore={data?.conflicts.pageInfo.hasNextPage ?? false}
      label="Conflicts"
      more={countOf((data?.conflicts.totalCount ?? 0) - (conflicts?.length ?? 0), "older conflict")}
      onMore={setFirst}
      onRetry={reload}
      problem={error ? errorMessage(error) : null}
      shown={conflicts?.length}
      step={STEP}
    >
      {conflicts?.map((conflict) => (
        <ConflictItem conflict={conflict} key={conflict.id} onStale={reload} />
      ))}
    </AttentionList>
  );
}
