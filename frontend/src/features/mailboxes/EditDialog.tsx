import { Field, Input, Radio, RadioGroup } from "@fluentui/react-components";
import { useState } from "react";
import { useMutation } from "urql";
import { type FragmentType, graphql, readFragment } from "../../gql";
import type { DeletionRule, SyncMethod } from "../../gql/graphql";
import { changedPlaces } from "../../lib/collections";
import { type FieldErrors, NO_ERRORS, sortToFields } from "../../lib/fieldErrors";
import { errorMessage } from "../../lib/serverErrors";
import { FormDialog } from "../../ui/FormDialog";
import { useNotify } from "../../ui/useNotify";
import { CollectionFields } from "./CollectionFields";

const EditDialog_mailbox = graphql(`
  fragment EditDialog_mailbox on Mailbox {
    id
    name
    contactsUrl
    calendarUrl
    tasksUrl
    timeZone
    addresses
    userName
    syncMethod
    onRecordDeleted
    onItemDeleted
  }
`);

const MailboxUpdateMutation = graphql(`
  mutation MailboxUpdate($input: MailboxUpdateInput!) {
    mailboxUpdate(input: $input) {
      mailbox {
        id
        ...MailboxCard_mailbox
      }
      errors {
        code
        message
        path
      }
    }
  }
`);

const NAMES = [
  "name",
  "contactsUrl",
  "calendarUrl",
  "tasksUrl",
  "timeZone",
  "addresses",
  "userName",
  "password",
  "syncMethod",
  "onRecordDeleted",
  "onItemDeleted",
];

interface EditDialogProps {
  mailbox: FragmentType<typeof EditDialog_mailbox>;
  onClose: () => void;
}

export function EditDialog(props: EditDialogProps) {
  const mailbox = readFragment(EditDialog_mailbox, props.mailbox);
  const [before] = useState(() => ({
    contactsUrl: mailbox.contactsUrl,
    calendarUrl: mailbox.calendarUrl ?? "",
    tasksUrl: mailbox.tasksUrl ?? "",
    timeZone: mailbox.timeZone,
    addresses: mailbox.addresses.join(", "),
  }));
  const [form, setForm] = useState({ ...mailbox, ...before, password: "" });
  const [errors, setErrors] = useState<FieldErrors>(NO_ERRORS);
  const [{ fetching }, update] = useMutation(MailboxUpdateMutation);
  const notify = useNotify();
  const change = (part: Partial<typeof form>) => setForm((was) => ({ ...was, ...part }));

  const submit = async () => {
    const userName = form.userName.trim();
    const input = {
      mailboxId: mailbox.id,
      name: form.name.trim(),
      // What stayed is left out: another address or sign-in is tried on the server before it is stored.
      ...changedPlaces(before, form),
      userName: userName === mailbox.userName ? undefined : userName,
      // Empty means: keep the one that is stored.
      password: form.password === "" ? undefined : form.password,
      syncMethod: form.syncMethod,
      onRecordDeleted: form.onRecordDeleted,
      onItemDeleted: form.onItemDeleted,
    };
    const { data, error } = await update({ input });
    const refusals = data?.mailboxUpdate.errors ?? [];
    if (error) setErrors({ fields: {}, general: [errorMessage(error)] });
    else if (refusals.length > 0) setErrors(sortToFields(refusals, NAMES));
    else {
      notify({ intent: "success", title: `${input.name} was saved` });
      props.onClose();
    }
  };

  return (
    <FormDialog
      busy={fetching}
      onClose={props.onClose}
      onSubmit={() => void submit()}
      problems={errors.general}
      submit="Save"
      title={`Edit ${mailbox.name}`}
    >
      <Field label="Name" validationMessage={errors.fields.name}>
        <Input onChange={(_, data) => change({ name: data.value })} value={form.name} />
      </Field>
      {/* Nothing is chosen by itself: another collection starts over. */}
      <CollectionFields errors={errors} onChange={change} onFound={() => {}} places={form} signIn={form}>
        <Field label="User name" validationMessage={errors.fields.userName}>
          <Input autoComplete="off" onChange={(_, data) => change({ userName: data.value })} value={form.userName} />
        </Field>
        <Field
          hint="Leave empty to keep the stored one. To find collections, enter it."
          label="New password"
          validationMessage={errors.fields.password}
        >
          <Input
            autoComplete="new-password"
            onChange={(_, data) => change({ password: data.value })}
            type="password"
            value={form.password}
          />
        </Field>
      </CollectionFields>
      <Field label="Sync method" validationMessage={errors.fields.syncMethod}>
        <RadioGroup onChange={(_, data) => change({ syncMethod: data.value as SyncMethod })} value={form.syncMethod}>
          <Radio label="Server-side: Fieldsync syncs this mailbox" value="SERVER_SIDE" />
          <Radio label="Client: the person's own Outlook does it" value="CLIENT" />
          <Radio label="None: this mailbox takes no part" value="NONE" />
        </RadioGroup>
      </Field>
      <Field label="When a contact is deleted in CRM" validationMessage={errors.fields.onRecordDeleted}>
        <RadioGroup
          onChange={(_, data) => change({ onRecordDeleted: data.value as DeletionRule })}
          value={form.onRecordDeleted}
        >
          <Radio label="As the deletion matrix says" value="MATRIX" />
          <Radio label="Keep it in Outlook, it just no longer syncs" value="UNLINK" />
          <Radio label="Delete it from Outlook too" value="DELETE" />
        </RadioGroup>
      </Field>
      <Field label="When a contact is deleted in Outlook" validationMessage={errors.fields.onItemDeleted}>
        <RadioGroup
          onChange={(_, data) => change({ onItemDeleted: data.value as DeletionRule })}
          value={form.onItemDeleted}
        >
          <Radio label="As the deletion matrix says" value="MATRIX" />
          <Radio label="Keep it in CRM, it just no longer syncs" value="UNLINK" />
          <Radio label="Delete it from CRM too, for everybody" value="DELETE" />
        </RadioGroup>
      </Field>
    </FormDialog>
  );
}
