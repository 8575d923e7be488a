import { Button } from "@fluentui/react-components";
import { useCallback, useState } from "react";
import { useMutation, useQuery } from "urql";
import { type FragmentType, graphql, readFragment } from "../../gql";
import { countOf } from "../../lib/format";
import { kindTitle } from "../../lib/kinds";
import { runPath } from "../../lib/routes";
import { errorMessage } from "../../lib/serverErrors";
import { Link } from "../../ui/Link";
import { EmptyState } from "../../ui/PageStates";
import { StateBadge } from "../../ui/StateBadge";
import { Timestamp } from "../../ui/Timestamp";
import { useKept } from "../../ui/useKept";
import { usePolling } from "../../ui/usePolling";
import { AttentionItem } from "./AttentionItem";
import { AttentionList } from "./AttentionList";
import { useStartedRun } from "./useStartedRun";

const QuarantineTabQuery = graphql(`
  query QuarantineTab($first: Int!, $mailboxId: ID) {
    quarantine(first: $first, mailboxId: $mailboxId) {
      totalCount
      pageInfo {
        hasNextPage
      }
      nodes {
        id
        ...QuarantineItem_copy
      }
    }
  }
`);

const QuarantineItem_copy = graphql(`
  fragment QuarantineItem_copy on Quarantined {
    id
    kind
    side
    deletedAt
    expiresAt
    restoredAt
    subject
    run {
      id
    }
    mailbox {
      id
      name
      viewerCanSync
    }
  }
`);

const QuarantineRestoreMutation = graphql(`
  mutation QuarantineRestore($input: QuarantineRestoreInput!) {
    quarantineRestore(input: $input) {
      quarantined {
        id
        ...QuarantineItem_copy
      }
      run {
        id
      }
      errors {
        code
        message
      }
    }
  }
`);

const STEP = 50;
const POLL_MS = 15_000;

/** What runs have deleted, each to be put back. */
export function QuarantineTab(props: { mailboxId: string | null }) {
  const [first, setFirst] = useState(STEP);
  const [{ data: latest, error, fetching }, refetch] = useQuery({
    query: QuarantineTabQuery,
    variables: { first, mailboxId: props.mailboxId },
  });
  const data = useKept(latest);
  const reload = useCallback(() => refetch({ requestPolicy: "network-only" }), [refetch]);
  usePolling(reload, POLL_MS);
  const copies = data?.quarantine.nodes;

  return (
    <AttentionList
      busy={fetching}
      empty={
        <EmptyState title="The quarantine is empty">
          Whatever a run deletes is copied here first, whole, until it expires.
        </EmptyState>
      }
      first={first}
      hasMore={data?.quarantine.pageInfo.hasNextPage ?? false}
      label="Quarantine"
      more={countOf((data?.quarantine.totalCount ?? 0) - (copies?.length ?? 0), "older copy", "older copies")}
      onMore={setFirst}
      onRetry={reload}
      problem={error ? errorMessage(error) : null}
      shown={copies?.length}
      step={STEP}
    >
      {copies?.map((copy) => (
        <QuarantineItem copy={copy} key={copy.id} />
      ))}
    </AttentionList>
  );
}

function QuarantineItem(props: { copy: FragmentType<typeof QuarantineItem_copy> }) {
  const copy = readFragment(QuarantineItem_copy, props.copy);
  const [problem, setProblem] = useState<string | null>(null);
  const [{ fetching }, restore] = useMutation(QuarantineRestoreMutation);
  const started = useStartedRun();

  const putBack = async () => {
    setProblem(null);
    const { data, error } = await restore({ input: { quarantinedId: copy.id } });
    const refusal = error ? errorMessage(error) : data?.quarantineRestore.errors[0]?.message;
    if (refusal) setProblem(refusal);
    else started(`Putting back ${copy.subject}`, data?.quarantineRestore.run?.id);
  };

  return (
    <AttentionItem
      actions={
        copy.mailbox.viewerCanSync &&
        !copy.restoredAt && (
          <Button
            aria-label={`Put back ${copy.subject}`}
            disabled={fetching}
            onClick={() => void putBack()}
            size="small"
          >
            Put back
          </Button>
        )
      }
      badge={copy.restoredAt && <StateBadge tone="good">Put back</StateBadge>}
      facts={[
        kindTitle(copy.kind),
        copy.side === "CRM" ? "deleted from CRM" : "deleted from Outlook",
        <Timestamp at={copy.deletedAt} key="deleted" since />,
        copy.mailbox.name,
        <>
          kept until <Timestamp at={copy.expiresAt} />
        </>,
        copy.run && <Link to={runPath(copy.run.id)}>the run that deleted it</Link>,
      ]}
      label={copy.subject}
      problem={problem}
      title={copy.subject}
    />
  );
}
