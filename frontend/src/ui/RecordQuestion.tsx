import { Field, makeStyles, Select, tokens } from "@fluentui/react-components";
import { type ReactNode, useState } from "react";
import { useQuery } from "urql";
import { type FragmentType, graphql, readFragment } from "../gql";
import type { RecordKind } from "../gql/graphql";
import { KINDS, kindTitle } from "../lib/kinds";
import { errorMessage } from "../lib/serverErrors";
import { EmptyState, ErrorState, LoadingRows } from "./PageStates";
import { type PickedRecord, RecordPicker } from "./RecordPicker";
import { useKept } from "./useKept";

const RecordQuestion_mailbox = graphql(`
  fragment RecordQuestion_mailbox on Mailbox {
    id
    name
    principal {
      id
      name
    }
  }
`);

const AskedMailboxesQuery = graphql(`
  query AskedMailboxes {
    mailboxes(first: 1000) {
      nodes {
        id
        ...RecordQuestion_mailbox
      }
    }
  }
`);

export type AskedMailboxes = readonly FragmentType<typeof RecordQuestion_mailbox>[];

/** Shows a question once the mailboxes are there that it may be about, and says so where there is none. */
export function WithMailboxes(props: { children: (mailboxes: AskedMailboxes) => ReactNode }) {
  const [{ data: latest, error }, refetch] = useQuery({ query: AskedMailboxesQuery });
  const mailboxes = useKept(latest)?.mailboxes.nodes;
  if (!mailboxes) {
    return error ? (
      <ErrorState
        message={errorMessage(error)}
        onRetry={() => refetch({ requestPolicy: "network-only" })}
        title="The mailboxes could not be loaded"
      />
    ) : (
      <LoadingRows label="Loading the mailboxes" rows={3} />
    );
  }
  if (mailboxes.length === 0) {
    return <EmptyState title="No mailbox yet">Once you have a mailbox, you can ask about its records here.</EmptyState>;
  }
  return props.children(mailboxes);
}

const useStyles = makeStyles({
  fields: {
    display: "grid",
    gridTemplateColumns: "repeat(auto-fit, minmax(min(220px, 100%), 1fr))",
    gap: tokens.spacingHorizontalM,
  },
  control: { minWidth: 0, width: "100%" },
});

export interface AskedRecord {
  mailboxId: string;
  kind: RecordKind;
  record: PickedRecord | null;
}

/** What is asked about one record in one mailbox, before a record is chosen. */
export function useAskedRecord(mailboxes: AskedMailboxes) {
  const first = readFragment(RecordQuestion_mailbox, mailboxes)[0]?.id ?? "";
  const [asked, setAsked] = useState<AskedRecord>({ mailboxId: first, kind: "CONTACT", record: null });
  return { asked, change: (part: Partial<AskedRecord>) => setAsked((was) => ({ ...was, ...part })) };
}

interface RecordQuestionProps {
  mailboxes: AskedMailboxes;
  asked: AskedRecord;
  onChange: (part: Partial<AskedRecord>) => void;
}

/** A mailbox, a kind and a record: what every question about one record begins with. */
export function RecordQuestion(props: RecordQuestionProps) {
  const styles = useStyles();
  const mailboxes = readFragment(RecordQuestion_mailbox, props.mailboxes);
  const { asked, onChange } = props;
  return (
    <div className={styles.fields}>
      <Field label="Mailbox">
        <Select
          className={styles.control}
          onChange={(_, change) => onChange({ mailboxId: change.value })}
          value={asked.mailboxId}
        >
          {mailboxes.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name === one.principal.name ? one.name : `${one.name} (${one.principal.name})`}
            </option>
          ))}
        </Select>
      </Field>
      <Field label="Kind">
        <Select
          className={styles.control}
          onChange={(_, change) => onChange({ kind: change.value as RecordKind, record: null })}
          value={asked.kind}
        >
          {KINDS.map(({ kind }) => (
            <option key={kind} value={kind}>
              {kindTitle(kind)}
            </option>
          ))}
        </Select>
      </Field>
      <Field label="Record">
        <RecordPicker
          key={asked.kind}
          kind={asked.kind}
          label="Record"
          onPick={(record) => onChange({ record })}
          picked={asked.record}
        />
      </Field>
    </div>
  );
}
