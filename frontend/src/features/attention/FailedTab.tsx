import { Button, makeStyles, Text, tokens } from "@fluentui/react-components";
import { useCallback, useState } from "react";
import { useMutation, useQuery } from "urql";
import { type FragmentType, graphql, readFragment } from "../../gql";
import { countOf } from "../../lib/format";
import { kindTitle } from "../../lib/kinds";
import { errorMessage } from "../../lib/serverErrors";
import { EmptyState } from "../../ui/PageStates";
import { StateBadge } from "../../ui/StateBadge";
import { Timestamp } from "../../ui/Timestamp";
import { useKept } from "../../ui/useKept";
import { useNotify } from "../../ui/useNotify";
import { usePolling } from "../../ui/usePolling";
import { AttentionItem } from "./AttentionItem";
import { AttentionList } from "./AttentionList";

const FailedTabQuery = graphql(`
  query FailedTab($first: Int!, $mailboxId: ID) {
    deadLetters(first: $first, mailboxId: $mailboxId) {
      totalCount
      pageInfo {
        hasNextPage
      }
      nodes {
        id
        mailbox {
          id
          viewerCanSync
        }
        ...FailedItem_letter
      }
    }
  }
`);

const FailedItem_letter = graphql(`
  fragment FailedItem_letter on DeadLetter {
    id
    kind
    side
    state
    code
    message
    remedy
    attempts
    firstAt
    lastAt
    nextAt
    subject
    mailbox {
      id
      name
      viewerCanSync
    }
  }
`);

const DeadLetterRetryMutation = graphql(`
  mutation DeadLetterRetry($input: DeadLetterRetryInput!) {
    deadLetterRetry(input: $input) {
      deadLetters {
        id
        ...FailedItem_letter
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

const useStyles = makeStyles({
  all: { alignSelf: "flex-start" },
  words: { overflowWrap: "anywhere" },
  remedy: { color: tokens.colorNeutralForeground2, overflowWrap: "anywhere" },
});

/** Dead letters: what failed, why, what to do, and when it is tried again. */
export function FailedTab(props: { mailboxId: string | null }) {
  const styles = useStyles();
  const [first, setFirst] = useState(STEP);
  const [{ data: latest, error, fetching }, refetch] = useQuery({
    query: FailedTabQuery,
    variables: { first, mailboxId: props.mailboxId },
  });
  const [{ fetching: busy }, retry] = useMutation(DeadLetterRetryMutation);
  const notify = useNotify();
  const data = useKept(latest);
  const reload = useCallback(() => refetch({ requestPolicy: "network-only" }), [refetch]);
  usePolling(reload, POLL_MS);
  const letters = data?.deadLetters.nodes;
  const mine = letters?.filter((one) => one.mailbox.viewerCanSync) ?? [];

  const tryAgain = async (deadLetterIds: string[]) => {
    const { data: answer, error: failure } = await retry({ input: { deadLetterIds } });
    const refusal = failure ? errorMessage(failure) : answer?.deadLetterRetry.errors[0]?.message;
    if (refusal) notify({ intent: "error", title: "It is not tried again", body: refusal });
    else
      notify({
        intent: "success",
        title: `${countOf(deadLetterIds.length, "entry is", "entries are")} tried again`,
        body: "The next run of the mailbox does it.",
      });
  };

  return (
    <>
      {mine.length > 1 && (
        <Button className={styles.all} disabled={busy} onClick={() => void tryAgain(mine.map((one) => one.id))}>
          Try all {mine.length} again
        </Button>
      )}
      <AttentionList
        busy={fetching}
        empty={
          <EmptyState title="Nothing failed">
            A record or item that does not get across will stand here, with the reason and what to do.
          </EmptyState>
        }
        first={first}
        hasMore={data?.deadLetters.pageInfo.hasNextPage ?? false}
        label="Failed records and items"
        more={countOf((data?.deadLetters.totalCount ?? 0) - (letters?.length ?? 0), "older entry", "older entries")}
        most={500}
        onMore={setFirst}
        onRetry={reload}
        problem={error ? errorMessage(error) : null}
        shown={letters?.length}
        step={STEP}
      >
        {letters?.map((letter) => (
          <FailedItem busy={busy} key={letter.id} letter={letter} onRetry={() => void tryAgain([letter.id])} />
        ))}
      </AttentionList>
    </>
  );
}

interface FailedItemProps {
  letter: FragmentType<typeof FailedItem_letter>;
  busy: boolean;
  onRetry: () => void;
}

function FailedItem(props: FailedItemProps) {
  const styles = useStyles();
  const letter = readFragment(FailedItem_letter, props.letter);
  return (
    <AttentionItem
      actions={
        letter.mailbox.viewerCanSync && (
          <Button
            aria-label={`Try again: ${letter.subject}`}
            disabled={props.busy}
            onClick={props.onRetry}
            size="small"
          >
            Try again
          </Button>
        )
      }
      badge={
        letter.state === "DEAD" ? (
          <StateBadge tone="bad">Given up</StateBadge>
        ) : (
          <StateBadge tone="warn">Tried again by itself</StateBadge>
        )
      }
      facts={[
        kindTitle(letter.kind),
        letter.side === "CRM" ? "from the CRM" : "from Outlook",
        letter.mailbox.name,
        countOf(letter.attempts, "attempt"),
        <>
          last <Timestamp at={letter.lastAt} since />
        </>,
        letter.nextAt && letter.state === "WAITING" && (
          <>
            next <Timestamp at={letter.nextAt} until />
          </>
        ),
      ]}
      label={letter.subject}
      title={letter.subject}
    >
      <div data-code={letter.code}>
        <Text block className={styles.words}>
          {letter.message}
        </Text>
        <Text block className={styles.remedy} size={200}>
          {letter.remedy}
        </Text>
      </div>
    </AttentionItem>
  );
}
