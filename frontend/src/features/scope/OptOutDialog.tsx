import { Field, Input, Radio, RadioGroup, Select } from "@fluentui/react-components";
import { useState } from "react";
import { useMutation } from "urql";
import { graphql } from "../../gql";
import type { RecordKind } from "../../gql/graphql";
import { KINDS, kindTitle } from "../../lib/kinds";
import { FormDialog } from "../../ui/FormDialog";
import { type PickedRecord, RecordPicker } from "../../ui/RecordPicker";
import { useNotify } from "../../ui/useNotify";
import { useRefusals } from "../../ui/useRefusals";

const OptOutAddMutation = graphql(`
  mutation OptOutAdd($input: OptOutAddInput!) {
    optOutAdd(input: $input) {
      optOut {
        id
      }
      errors {
        code
        message
        path
      }
    }
  }
`);

interface OptOutDialogProps {
  mailboxId: string;
  name: string;
  onClose: () => void;
}

/** Leaves one record, or one item by its UID, out of a mailbox. */
export function OptOutDialog(props: OptOutDialogProps) {
  const [kind, setKind] = useState<RecordKind>("CONTACT");
  const [by, setBy] = useState<"record" | "uid">("record");
  const [record, setRecord] = useState<PickedRecord | null>(null);
  const [uid, setUid] = useState("");
  const [{ fetching }, add] = useMutation(OptOutAddMutation);
  const { errors, accepted, missing } = useRefusals(["recordId", "uid"]);
  const notify = useNotify();

  const submit = async () => {
    if (by === "record" && !record) return missing("recordId");
    if (by === "uid" && uid.trim() === "") return missing("uid");
    const which = by === "record" ? { recordId: record?.recordId } : { uid: uid.trim() };
    const { data, error } = await add({ input: { mailboxId: props.mailboxId, kind, ...which } });
    if (!accepted(error, data?.optOutAdd.errors)) return;
    notify({ intent: "success", title: `${by === "record" ? record?.name : uid} is left out of ${props.name}` });
    props.onClose();
  };

  return (
    <FormDialog
      busy={fetching}
      onClose={props.onClose}
      onSubmit={() => void submit()}
      problems={errors.general}
      submit="Leave out"
      title={`Leave one out of ${props.name}`}
    >
      <Field label="Kind">
        <Select
          onChange={(_, data) => {
            setKind(data.value as RecordKind);
            setRecord(null);
          }}
          value={kind}
        >
          {KINDS.map((one) => (
            <option key={one.kind} value={one.kind}>
              {kindTitle(one.kind)}
            </option>
          ))}
        </Select>
      </Field>
      <Field label="What">
        <RadioGroup layout="horizontal" onChange={(_, data) => setBy(data.value as "record" | "uid")} value={by}>
          <Radio label="A record" value="record" />
          <Radio label="An item by its UID" value="uid" />
        </RadioGroup>
      </Field>
      {by === "record" ? (
        <Field label="Record" required validationMessage={errors.fields.recordId}>
          <RecordPicker key={kind} kind={kind} label="Record" onPick={setRecord} picked={record} />
        </Field>
      ) : (
        <Field label="UID" required validationMessage={errors.fields.uid}>
          <Input maxLength={500} onChange={(_, data) => setUid(data.value)} value={uid} />
        </Field>
      )}
    </FormDialog>
  );
}
