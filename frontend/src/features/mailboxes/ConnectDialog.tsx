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
  tokens,
} from "@fluentui/react-components";
import { type FormEvent, useState } from "react";
import { useMutation } from "urql";
import { graphql } from "../../gql";
import { type FieldErrors, NO_ERRORS, sortToFields } from "../../lib/fieldErrors";
import { errorMessage } from "../../lib/serverErrors";
import { useNotify } from "../../ui/useNotify";

const MailboxConnectMutation = graphql(`
  mutation MailboxConnect($input: MailboxConnectInput!) {
    mailboxConnect(input: $input) {
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

const FIELDS = ["name", "contactsUrl", "userName", "password"] as const;
type Name = (typeof FIELDS)[number];

const LABELS: Record<Name, { label: string; hint?: string }> = {
  name: { label: "Name", hint: "How the mailbox is called here." },
  contactsUrl: { label: "Address book URL", hint: "The address of the CardDAV collection." },
  userName: { label: "User name", hint: "As the mail server knows it." },
  password: { label: "Password", hint: "Stored encrypted and never shown again." },
};

const useStyles = makeStyles({
  form: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalL },
});

export function ConnectDialog(props: { onClose: () => void; onConnected: () => void }) {
  const styles = useStyles();
  const [values, setValues] = useState<Record<Name, string>>({ name: "", contactsUrl: "", userName: "", password: "" });
  const [errors, setErrors] = useState<FieldErrors>(NO_ERRORS);
  const [{ fetching }, connect] = useMutation(MailboxConnectMutation);
  const notify = useNotify();

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const missing = FIELDS.filter((name) => values[name].trim() === "");
    if (missing.length > 0) {
      setErrors({ fields: Object.fromEntries(missing.map((name) => [name, "Fill this in."])), general: [] });
      return;
    }
    setErrors(NO_ERRORS);
    const input = { ...values, name: values.name.trim(), contactsUrl: values.contactsUrl.trim() };
    const { data, error } = await connect({ input });
    const refusals = data?.mailboxConnect.errors ?? [];
    if (error) setErrors({ fields: {}, general: [errorMessage(error)] });
    else if (refusals.length > 0) setErrors(sortToFields(refusals, FIELDS));
    else {
      notify({ intent: "success", title: `${input.name} is connected`, body: "Preview a sync before the first one." });
      props.onConnected();
      props.onClose();
    }
  };

  return (
    <Dialog onOpenChange={(_, data) => !data.open && props.onClose()} open>
      <DialogSurface>
        <form aria-label="Connect a mailbox" noValidate onSubmit={(event) => void submit(event)}>
          <DialogBody>
            <DialogTitle>Connect a mailbox</DialogTitle>
            <DialogContent className={styles.form}>
              {errors.general.map((message) => (
                <MessageBar intent="error" key={message} layout="multiline" role="alert">
                  <MessageBarBody>{message}</MessageBarBody>
                </MessageBar>
              ))}
              {FIELDS.map((name) => (
                <Field
                  hint={LABELS[name].hint}
                  key={name}
                  label={LABELS[name].label}
                  required
                  validationMessage={errors.fields[name]}
                >
                  <Input
                    autoComplete={name === "password" ? "new-password" : "off"}
                    name={name}
                    onChange={(_, data) => setValues((was) => ({ ...was, [name]: data.value }))}
                    type={name === "password" ? "password" : name === "contactsUrl" ? "url" : "text"}
                    value={values[name]}
                  />
                </Field>
              ))}
            </DialogContent>
            <DialogActions>
              <Button onClick={props.onClose}>Cancel</Button>
              <Button appearance="primary" disabled={fetching} type="submit">
                Connect
              </Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  );
}
