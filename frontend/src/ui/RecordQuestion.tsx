import { Field, makeStyles, Select, tokens } from "@fluentui/react-components";
import { useState } from "react";
import { type FragmentType, graphql, readFragment } from "../gql";
import type { RecordKind } from "../gql/graphql";
import { KINDS, kindTitle } from "../lib/kinds";
import { type PickedRecord, RecordPicker } from "./RecordPicker";

export const RecordQuestion_mailbox = graphql(`
  fragment RecordQuestion_mailbox on Mailbox {
    id
    name
    principal {
      id
      name
    }
  }
`);

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
export function useAskedRecord(mailboxes: readonly FragmentType<typeof RecordQuestion_mailbox>[]) {
  const first = readFragment(RecordQuestion_mailbox, mailboxes)[0]?.id ?? "";
  const [asked, setAsked] = useState<AskedRecord>({ mailboxId: first, kind: "CONTACT", record: null });
  return { asked, change: (part: Partial<AskedRecord>) => setAsked((was) => ({ ...was, ...part })) };
}

interface RecordQuestionProps {
  mailboxes: readonly FragmentType<typeof RecordQuestion_mailbox>[];
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
