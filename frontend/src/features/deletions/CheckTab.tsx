import { Field, Radio, RadioGroup, Text } from "@fluentui/react-components";
import { useState } from "react";
import { useQuery } from "urql";
import { graphql } from "../../gql";
import type { DeletionCause } from "../../gql/graphql";
import { cellWords, decidedWords, outcomeSentence, outcomeTitle } from "../../lib/deletionWords";
import { errorMessage } from "../../lib/serverErrors";
import { EmptyState, ErrorState, LoadingRows } from "../../ui/PageStates";
import { type AskedMailboxes, RecordQuestion, useAskedRecord, WithMailboxes } from "../../ui/RecordQuestion";
import { Section } from "../../ui/Section";

const DeletionCheckQuery = graphql(`
  query DeletionCheck($mailboxId: ID!, $kind: RecordKind!, $recordId: ID!, $side: Side!, $cancelled: Boolean!) {
    deletionCheck(mailboxId: $mailboxId, kind: $kind, recordId: $recordId, side: $side, cancelled: $cancelled) {
      outcome
      decidedBy
      because
      cell {
        key
        kind
        cause
        owner
        organizer
        time
        state
      }
    }
  }
`);

/** Tries a deletion on one record, without deleting anything. */
export function CheckTab() {
  return <WithMailboxes>{(mailboxes) => <Question mailboxes={mailboxes} />}</WithMailboxes>;
}

function Question(props: { mailboxes: AskedMailboxes }) {
  const { asked, change } = useAskedRecord(props.mailboxes);
  const [wanted, setCause] = useState<DeletionCause>("RECORD_DELETED");
  const { mailboxId, kind, record } = asked;
  const isMeeting = kind === "APPOINTMENT" || kind === "RECURRING_APPOINTMENT";
  // Only meetings are cancelled: with another kind the question falls back to what all have.
  const cause = wanted === "RECORD_CANCELLED" && !isMeeting ? "RECORD_DELETED" : wanted;
  const [{ data, error, fetching }, again] = useQuery({
    query: DeletionCheckQuery,
    variables: {
      mailboxId,
      kind,
      recordId: record?.recordId ?? "",
      side: cause === "ITEM_DELETED" ? "OUTLOOK" : "CRM",
      cancelled: cause === "RECORD_CANCELLED",
    },
    pause: !record,
    requestPolicy: "network-only",
  });

  const answer = () => {
    if (!record) return null;
    if (error) {
      return (
        <ErrorState
          message={errorMessage(error)}
          onRetry={() => again({ requestPolicy: "network-only" })}
          title="The question could not be answered"
        />
      );
    }
    if (!data || fetching) return <LoadingRows label="Looking" rows={2} />;
    const found = data.deletionCheck;
    if (!found) return <EmptyState title="Nothing to tell">You do not see this record, or this mailbox.</EmptyState>;
    const title = found.decidedBy === "LINK" ? "Nothing would happen" : outcomeTitle(found.outcome);
    return (
      <Section lead={decidedWords(found.decidedBy)} title={`${record.name}: ${title}`}>
        {found.decidedBy !== "LINK" && <Text>{outcomeSentence(found.outcome, cause)}</Text>}
        <Text>{sentence(found.because)}</Text>
        {found.cell && <Text>In the matrix: {cellWords(found.cell)}.</Text>}
      </Section>
    );
  };

  return (
    <>
      <Section lead="Nothing is deleted: it is only asked what would happen." title="What would happen?">
        <RecordQuestion asked={asked} mailboxes={props.mailboxes} onChange={change} />
        <Field label="What happens to it">
          <RadioGroup onChange={(_, data) => setCause(data.value as DeletionCause)} value={cause}>
            <Radio label="The record is deleted in CRM" value="RECORD_DELETED" />
            <Radio label="Its item is deleted in Outlook" value="ITEM_DELETED" />
            {isMeeting && <Radio label="The meeting is cancelled in CRM" value="RECORD_CANCELLED" />}
          </RadioGroup>
        </Field>
      </Section>
      <div aria-live="polite">{answer()}</div>
    </>
  );
}

function sentence(words: string): string {
  const text = words.charAt(0).toUpperCase() + words.slice(1);
  return text.endsWith(".") ? text : `${text}.`;
}
