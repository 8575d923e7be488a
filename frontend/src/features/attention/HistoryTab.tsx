import { Button, MessageBar, MessageBarActions, MessageBarBody } from "@fluentui/react-components";
import { useCallback, useState } from "react";
import { useMutation, useQuery } from "urql";
import { type FragmentType, graphql, readFragment } from "../../gql";
import { countOf } from "../../lib/format";
import { kindTitle } from "../../lib/kinds";
import { navigate } from "../../lib/location";
import { type AttentionFilter, attentionPath, runPath } from "../../lib/routes";
import { errorMessage } from "../../lib/serverErrors";
import { FieldValue } from "../../ui/FieldValue";
import { Link } from "../../ui/Link";
import { EmptyState } from "../../ui/PageStates";
import { StateBadge } from "../../ui/StateBadge";
import { Timestamp } from "../../ui/Timestamp";
import { useKept } from "../../ui/useKept";
import { AttentionItem } from "./AttentionItem";
import { AttentionList } from "./AttentionList";
import { useStartedRun } from "./useStartedRun";

const HistoryTabQuery = graphql(`
  query HistoryTab($first: Int!, $mailboxId: ID, $recordId: ID) {
    history(first: $first, mailboxId: $mailboxId, recordId: $recordId) {
      totalCount
      pageInfo {
        hasNextPage
      }
      nodes {
        id
        ...HistoryItem_value
      }
    }
  }
`);

const HistoryItem_value = graphql(`
  fragment HistoryItem_value on LostValue {
    id
    side
    lostAt
    expiresAt
    restoredAt
    kind
    recordId
    subject
    value
    mapping {
      id
      outlookLabel
    }
    run {
      id
    }
    mailbox {
      id
      name
    }
  }
`);

const LostValueRestoreMutation = graphql(`
  mutation LostValueRestore($input: LostValueRestoreInput!) {
    lostValueRestore(input: $input) {
      lostValue {
        id
        ...HistoryItem_value
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

/** Values that gave way, of a mailbox or of one record, each to be put back. */
export function HistoryTab(props: { filter: AttentionFilter }) {
  const { mailbox, record } = props.filter;
  const [first, setFirst] = useState(STEP);
  const [{ data: latest, error, fetching }, refetch] = useQuery({
    query: HistoryTabQuery,
    variables: { first, mailboxId: mailbox, recordId: record },
  });
  const data = useKept(latest);
  const reload = useCallback(() => refetch({ requestPolicy: "network-only" }), [refetch]);
  const values = data?.history.nodes;

  return (
    <>
      {record && (
        <MessageBar intent="info" layout="multiline">
          <MessageBarBody>Only what one record lost.</MessageBarBody>
          <MessageBarActions>
            <Button onClick={() => navigate(attentionPath("history", { mailbox }))} size="small">
              Show everything
            </Button>
          </MessageBarActions>
        </MessageBar>
      )}
      <AttentionList
        busy={fetching}
        empty={
          <EmptyState title="No value gave way">
            Where one side's value takes the place of the other's, the other one is kept here until it expires.
          </EmptyState>
        }
        first={first}
        hasMore={data?.history.pageInfo.hasNextPage ?? false}
        label="Values that gave way"
        more={countOf((data?.history.totalCount ?? 0) - (values?.length ?? 0), "older value")}
        onMore={setFirst}
        onRetry={reload}
        problem={error ? errorMessage(error) : null}
        shown={values?.length}
        step={STEP}
      >
        {values?.map((value) => (
          <HistoryItem key={value.id} value={value} />
        ))}
      </AttentionList>
    </>
  );
}

function HistoryItem(props: { value: FragmentType<typeof HistoryItem_value> }) {
  const lost = readFragment(HistoryItem_value, props.value);
  const [problem, setProblem] = useState<string | null>(null);
  const [{ fetching }, restore] = useMutation(LostValueRestoreMutation);
  const started = useStartedRun();
  const name = `${lost.mapping?.outlookLabel ?? "A field that is no longer there"} of ${lost.subject}`;

  const putBack = async () => {
    setProblem(null);
    const { data, error } = await restore({ input: { lostValueId: lost.id } });
    const refusal = error ? errorMessage(error) : data?.lostValueRestore.errors[0]?.message;
    if (refusal) setProblem(refusal);
    else started(`${name} is put back`, data?.lostValueRestore.run?.id);
  };

  return (
    <AttentionItem
      actions={
        !lost.restoredAt &&
        lost.value &&
        lost.mapping && (
          <Button aria-label={`Put back ${name}`} disabled={fetching} onClick={() => void putBack()} size="small">
            Put back
          </Button>
        )
      }
      badge={lost.restoredAt && <StateBadge tone="good">Put back</StateBadge>}
      facts={[
        lost.kind && kindTitle(lost.kind),
        lost.side === "CRM" ? "CRM lost it" : "Outlook lost it",
        <Timestamp at={lost.lostAt} key="lost" since />,
        lost.mailbox?.name,
        lost.expiresAt && !lost.restoredAt && (
          <>
            kept until <Timestamp at={lost.expiresAt} />
          </>
        ),
        lost.run && <Link to={runPath(lost.run.id)}>the run</Link>,
      ]}
      label={name}
      problem={problem}
      title={name}
    >
      <FieldValue parts={lost.value} />
    </AttentionItem>
  );
}
