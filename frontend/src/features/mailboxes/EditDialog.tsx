import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  Input,
  MessageBar,
  MessageBarBody,
  makeStyles,
  Radio,
  RadioGroup,
  tokens,
} from "@fluentui/react-components";
import { type FormEvent, useState } from "react";
import { useMutation } from "urql";
import { type FragmentType, graphql, readFragment } from "../../gql";
import type { DeletionRule, SyncMethod } from "../../gql/graphql";
import { type FieldErrors, NO_ERRORS, sortToFields } from "../../lib/fieldErrors";
import { errorMessage } from "../../lib/serverErrors";
import { useNotify } from "../../ui/useNotify";

const EditDialog_mailbox = graphql(`
  fragment EditDialog_mailbox on Mailbox {
    id
    name
    contactsUrl
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

const NAMES = ["name", "contactsUrl", "userName", "password", "syncMethod", "onRecordDeleted", "onItemDeleted"];

const useStyles = makeStyles({
  form: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalL },
});

interface EditDialogProps {
  mailbox: FragmentType<typeof EditDialog_mailbox>;
  onClose: () => void;
}

export function EditDialog(props: EditDialogProps) {
  const styles = useStyles();
  const mailbox = readFragment(EditDialog_mailbox, props.mailbox);
  const [form, setForm] = useState({ ...mailbox, password: "" });
  const [errors, setErrors] = useState<FieldErrors>(NO_ERRORS);
  const [{ fetching }, update] = useMutation(MailboxUpdateMutation);
  const notify = useNotify();
  const change = (part: Partial<typeof form>) => setForm((was) => ({ ...was, ...part }));

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const input = {
      mailboxId: mailbox.id,
      name: form.name.trim(),
      contactsUrl: form.contactsUrl.trim(),
      userName: form.userName.trim(),
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
    <Dialog onOpenChange={(_, data) => !data.open && props.onClose()} open>
      <DialogSurface>
        <form aria-label={`Edit ${mailbox.name}`} noValidate onSubmit={(event) => void submit(event)}>
          <DialogBody>
            <DialogTitle>Edit {mailbox.name}</DialogTitle>
            <DialogContent className={styles.form}>
              {errors.general.map((message) => (
                <MessageBar intent="error" key={message} layout="multiline" role="alert">
                  <MessageBarBody>{message}</MessageBarBody>
                </MessageBar>
              ))}
              <Field label="Name" validationMessage={errors.fields.name}>
                <Input onChange={(_, data) => change({ name: data.value })} value={form.name} />
              </Field>
              <Field label="Address book URL" validationMessage={errors.fields.contactsUrl}>
                <Input
                  onChange={(_, data) => change({ contactsUrl: data.value })}
                  type="url"
                  value={form.contactsUrl}
                />
              </Field>
              <Field label="User name" validationMessage={errors.fields.userName}>
                <Input
                  autoComplete="off"
                  onChange={(_, data) => change({ userName: data.value })}
                  value={form.userName}
                />
              </Field>
              <Field
                hint="Leave empty to keep the stored one."
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
              <Field label="Sync method" validationMessage={errors.fields.syncMethod}>
                <RadioGroup
                  onChange={(_, data) => change({ syncMethod: data.value as SyncMethod })}
                  value={form.syncMethod}
                >
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
            </DialogContent>
            <DialogActions>
              <Button onClick={props.onClose}>Cancel</Button>
              <Button appearance="primary" disabled={fetching} type="submit">
                Save
              </Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  );
}
