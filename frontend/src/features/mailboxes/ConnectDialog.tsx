import { Field, Input } from "@fluentui/react-components";
import { useState } from "react";
import { useMutation } from "urql";
import { graphql } from "../../gql";
import { type Places, splitAddresses, withFound } from "../../lib/collections";
import { type FieldErrors, NO_ERRORS, sortToFields } from "../../lib/fieldErrors";
import type { PickedPrincipal } from "../../lib/pickPrincipals";
import { errorMessage } from "../../lib/serverErrors";
import { FormDialog } from "../../ui/FormDialog";
import { PrincipalPicker } from "../../ui/PrincipalPicker";
import { useNotify } from "../../ui/useNotify";
import { CollectionFields } from "./CollectionFields";

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

const REQUIRED = ["name", "contactsUrl", "userName", "password"] as const;
const NAMES = [...REQUIRED, "principalId", "calendarUrl", "tasksUrl", "timeZone", "addresses"];

const EMPTY: Places & Record<(typeof REQUIRED)[number], string> = {
  name: "",
  contactsUrl: "",
  userName: "",
  password: "",
  calendarUrl: "",
  tasksUrl: "",
  timeZone: "",
  addresses: "",
};

export function ConnectDialog(props: { onClose: () => void; onConnected: () => void }) {
  const [values, setValues] = useState(EMPTY);
  const [owner, setOwner] = useState<PickedPrincipal | null>(null);
  const [errors, setErrors] = useState<FieldErrors>(NO_ERRORS);
  const [{ fetching }, connect] = useMutation(MailboxConnectMutation);
  const notify = useNotify();
  const change = (part: Partial<typeof EMPTY>) => setValues((was) => ({ ...was, ...part }));

  const submit = async () => {
    const missing = REQUIRED.filter((name) => values[name].trim() === "");
    if (missing.length > 0) {
      setErrors({ fields: Object.fromEntries(missing.map((name) => [name, "Fill this in."])), general: [] });
      return;
    }
    setErrors(NO_ERRORS);
    const addresses = splitAddresses(values.addresses);
    const input = {
      name: values.name.trim(),
      principalId: owner?.id,
      contactsUrl: values.contactsUrl.trim(),
      userName: values.userName,
      password: values.password,
      // What is left out is asked from the server, or not synchronized.
      calendarUrl: values.calendarUrl.trim() || undefined,
      tasksUrl: values.tasksUrl.trim() || undefined,
      timeZone: values.timeZone.trim() || undefined,
      addresses: addresses.length > 0 ? addresses : undefined,
    };
    const { data, error } = await connect({ input });
    const refusals = data?.mailboxConnect.errors ?? [];
    if (error) setErrors({ fields: {}, general: [errorMessage(error)] });
    else if (refusals.length > 0) setErrors(sortToFields(refusals, NAMES));
    else {
      notify({ intent: "success", title: `${input.name} is connected`, body: "Preview a sync before the first one." });
      props.onConnected();
      props.onClose();
    }
  };

  return (
    <FormDialog
      busy={fetching}
      onClose={props.onClose}
      onSubmit={() => void submit()}
      problems={errors.general}
      submit="Connect"
      title="Connect a mailbox"
    >
      <Field hint="How the mailbox is called here." label="Name" required validationMessage={errors.fields.name}>
        <Input
          autoComplete="off"
          name="name"
          onChange={(_, data) => change({ name: data.value })}
          value={values.name}
        />
      </Field>
      <Field hint="Whose mailbox it is. Empty: yours." label="Owner" validationMessage={errors.fields.principalId}>
        <PrincipalPicker kind="USER" label="Owner" onPick={setOwner} picked={owner} />
      </Field>
      <CollectionFields
        errors={errors}
        onChange={change}
        onFound={(found) => setValues((was) => ({ ...was, ...withFound(was, found) }))}
        places={values}
        signIn={values}
      >
        <Field
          hint="As the mail server knows it."
          label="User name"
          required
          validationMessage={errors.fields.userName}
        >
          <Input
            autoComplete="off"
            name="userName"
            onChange={(_, data) => change({ userName: data.value })}
            value={values.userName}
          />
        </Field>
        <Field
          hint="Stored encrypted and never shown again."
          label="Password"
          required
          validationMessage={errors.fields.password}
        >
          <Input
            autoComplete="new-password"
            name="password"
            onChange={(_, data) => change({ password: data.value })}
            type="password"
            value={values.password}
          />
        </Field>
      </CollectionFields>
    </FormDialog>
  );
}
