import { Button, makeStyles, Radio, RadioGroup, tokens } from "@fluentui/react-components";
import { useCallback, useState } from "react";
import { useMutation, useQuery } from "urql";
import { type FragmentType, graphql, readFragment } from "../../gql";
import type { MatchDoubt, MatchReviewsDecideInput, QuestionItem_ReviewFragment } from "../../gql/graphql";
import { countOf, formatLocal } from "../../lib/format";
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

const QuestionsTabQuery = graphql(`
  query QuestionsTab($first: Int!, $mailboxId: ID) {
    matchReviews(first: $first, mailboxId: $mailboxId) {
      totalCount
      pageInfo {
        hasNextPage
      }
      nodes {
        id
        ...QuestionItem_review
      }
    }
  }
`);

const QuestionItem_review = graphql(`
  fragment QuestionItem_review on MatchReview {
    id
    kind
    subject
    reason
    choice
    chosenRecordId
    foundAt
    candidates {
      recordId
      subject
      record {
        id
        ... on Contact {
          company
          jobTitle
          emailAddress1
          telephone1
        }
        ... on Activity {
          createdAt
        }
      }
    }
    decidedBy {
      id
      name
    }
    mailbox {
      id
      name
      viewerCanSync
    }
  }
`);

const MatchReviewsDecideMutation = graphql(`
  mutation MatchReviewsDecide($input: MatchReviewsDecideInput!) {
    matchReviewsDecide(input: $input) {
      matchReviews {
        id
        ...QuestionItem_review
      }
      errors {
        code
        message
      }
    }
  }
`);

type Decision = MatchReviewsDecideInput["decisions"][number];

const STEP = 50;
const POLL_MS = 15_000;

const DOUBTS: Record<MatchDoubt, string> = {
  SEVERAL: "It could be one of several, or several could be the same one.",
  OTHER_ADDRESSES: "Name and company are the same, the mail addresses are others.",
  NAME_ONLY: "The name is the same; nothing else tells whether it is the same one.",
};

const useStyles = makeStyles({
  choices: { marginInlineStart: "-8px" },
  choice: { overflowWrap: "anywhere" },
  told: { display: "block", color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200 },
});

/** Items that may be records that are there already: somebody says which. */
export function QuestionsTab(props: { mailboxId: string | null }) {
  const [first, setFirst] = useState(STEP);
  const [{ data: latest, error, fetching }, refetch] = useQuery({
    query: QuestionsTabQuery,
    variables: { first, mailboxId: props.mailboxId },
  });
  const [{ fetching: busy }, decide] = useMutation(MatchReviewsDecideMutation);
  const notify = useNotify();
  const data = useKept(latest);
  const reload = useCallback(() => refetch({ requestPolicy: "network-only" }), [refetch]);
  usePolling(reload, POLL_MS);
  const reviews = data?.matchReviews.nodes;

  const send = async (decision: Decision) => {
    const { data: answer, error: failure } = await decide({ input: { decisions: [decision] } });
    const refusal = failure ? errorMessage(failure) : answer?.matchReviewsDecide.errors[0]?.message;
    if (refusal) notify({ intent: "error", title: "It was not decided", body: refusal });
    else notify({ intent: "success", title: "Decided", body: "The next run of the mailbox does it." });
  };

  return (
    <AttentionList
      busy={fetching}
      empty={
        <EmptyState title="No open questions">
          An item that may be a record that is there already will stand here. Nothing is linked and nothing is copied
          until somebody says what it is.
        </EmptyState>
      }
      first={first}
      hasMore={data?.matchReviews.pageInfo.hasNextPage ?? false}
      label="Items that may be records"
      more={countOf((data?.matchReviews.totalCount ?? 0) - (reviews?.length ?? 0), "newer question", "newer questions")}
      most={500}
      onMore={setFirst}
      onRetry={reload}
      problem={error ? errorMessage(error) : null}
      shown={reviews?.length}
      step={STEP}
    >
      {reviews?.map((review) => (
        <QuestionItem busy={busy} key={review.id} onDecide={send} review={review} />
      ))}
    </AttentionList>
  );
}

interface QuestionItemProps {
  review: FragmentType<typeof QuestionItem_review>;
  busy: boolean;
  onDecide: (decision: Decision) => Promise<void>;
}

const CREATE = "CREATE";
const IGNORE = "IGNORE";

function QuestionItem(props: QuestionItemProps) {
  const styles = useStyles();
  const review = readFragment(QuestionItem_review, props.review);
  const decided = review.choice === "LINK" ? review.chosenRecordId : review.choice;
  const [picked, setPicked] = useState<string | null>(null);
  const choice = picked ?? decided ?? null;
  const mine = review.mailbox.viewerCanSync;
  const decision = (value: string): Decision =>
    value === CREATE || value === IGNORE
      ? { reviewId: review.id, choice: value }
      : { reviewId: review.id, choice: "LINK", recordId: value };

  return (
    <AttentionItem
      actions={
        mine && (
          <Button
            appearance="primary"
            aria-label={`Decide: ${review.subject}`}
            disabled={props.busy || choice === null || choice === decided}
            onClick={() => choice && void props.onDecide(decision(choice)).then(() => setPicked(null))}
            size="small"
          >
            Decide
          </Button>
        )
      }
      badge={
        review.choice === "IGNORE" ? (
          <StateBadge tone="quiet">Left alone</StateBadge>
        ) : review.choice ? (
          <StateBadge tone="good">Decided, waits for a run</StateBadge>
        ) : (
          <StateBadge tone="warn">Open</StateBadge>
        )
      }
      facts={[
        kindTitle(review.kind),
        review.mailbox.name,
        <>
          found <Timestamp at={review.foundAt} since />
        </>,
        review.decidedBy && `decided by ${review.decidedBy.name}`,
        DOUBTS[review.reason],
      ]}
      label={review.subject}
      title={review.subject}
    >
      <RadioGroup
        aria-label={`What ${review.subject} in Outlook is`}
        className={styles.choices}
        disabled={!mine || props.busy}
        onChange={(_, change) => setPicked(change.value)}
        value={choice ?? ""}
      >
        {review.candidates.map((one, place) => {
          const told = tellingOf(one.record);
          // Two of one name, of whom nothing else is known or may be seen, still need a name each.
          const number = !told && review.candidates.length > 1 ? ` (${place + 1})` : "";
          return (
            <Radio
              key={one.recordId}
              label={{
                className: styles.choice,
                children: (
                  <>
                    {`It is ${one.subject} in the CRM${number}`}
                    {told && <span className={styles.told}>{told}</span>}
                  </>
                ),
              }}
              value={one.recordId}
            />
          );
        })}
        <Radio label="It is none of them: make it a record of its own" value={CREATE} />
        <Radio label="Leave it alone" value={IGNORE} />
      </RadioGroup>
    </AttentionItem>
  );
}

type Candidate = QuestionItem_ReviewFragment["candidates"][number];

/** What tells a candidate from others of its name. */
function tellingOf(record: Candidate["record"]): string {
  if (!record) return "";
  if (record.__typename === "Contact")
    return [record.jobTitle, record.company, record.emailAddress1, record.telephone1].filter(Boolean).join(" · ");
  return "createdAt" in record ? `made ${formatLocal(record.createdAt)}` : "";
}
