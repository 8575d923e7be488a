import { Button, Field, Input, MessageBar, MessageBarBody, makeStyles, tokens } from "@fluentui/react-components";
import { type FormEvent, useState } from "react";
import { useMutation } from "urql";
import { graphql } from "../../gql";
import { type FieldErrors, sortToFields } from "../../lib/fieldErrors";
import { errorMessage } from "../../lib/serverErrors";
import { Section } from "../../ui/Section";
import { useNotify } from "../../ui/useNotify";

const PasswordChangeMutation = graphql(`
  mutation PasswordChange($input: PasswordChangeInput!) {
    passwordChange(input: $input) {
      ok
      errors {
        code
        message
        path
      }
    }
  }
`);

const FIELDS = ["current", "new", "again"] as const;
type Name = (typeof FIELDS)[number];
const LABELS: Record<Name, string> = { current: "Current password", new: "New password", again: "New password again" };
const EMPTY: Record<Name, string> = { current: "", new: "", again: "" };
const NO_ERRORS: FieldErrors = { fields: {}, general: [] };
const SHORTEST = 8;

const useStyles = makeStyles({
  form: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalL, maxWidth: "400px" },
  submit: { alignSelf: "flex-start" },
});

export function PasswordForm(props: { userName: string; onChanged: () => void }) {
  const styles = useStyles();
  const [values, setValues] = useState(EMPTY);
  const [errors, setErrors] = useState<FieldErrors>(NO_ERRORS);
  const [{ fetching }, change] = useMutation(PasswordChangeMutation);
  const notify = useNotify();

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const wrong = mistakes(values);
    setErrors({ fields: wrong, general: [] });
    if (Object.keys(wrong).length > 0) return;
    const { data, error } = await change({ input: { current: values.current, new: values.new } });
    const refusals = data?.passwordChange.errors ?? [];
    if (error) setErrors({ fields: {}, general: [errorMessage(error)] });
    else if (refusals.length > 0) setErrors(sortToFields(refusals, FIELDS));
    else {
      setValues(EMPTY);
      notify({
        intent: "success",
        title: "Your password is changed",
        body: "You are signed out everywhere; sign in with the new one.",
      });
      props.onChanged();
    }
  };

  return (
    <Section lead="A new password signs you out everywhere, here too. Tokens stay." title="Password">
      <form aria-label="Change password" className={styles.form} noValidate onSubmit={(event) => void submit(event)}>
        {errors.general.map((message) => (
          <MessageBar intent="error" key={message} layout="multiline" role="alert">
            <MessageBarBody>{message}</MessageBarBody>
          </MessageBar>
        ))}
        {/* For password managers: whose password this is. */}
        <input autoComplete="username" hidden name="userName" readOnly value={props.userName} />
        {FIELDS.map((name) => (
          <Field key={name} label={LABELS[name]} required validationMessage={errors.fields[name]}>
            <Input
              autoComplete={name === "current" ? "current-password" : "new-password"}
              name={name}
              onChange={(_, data) => setValues((was) => ({ ...was, [name]: data.value }))}
              type="password"
              value={values[name]}
            />
          </Field>
        ))}
        <Button appearance="primary" className={styles.submit} disabledFocusable={fetching} type="submit">
          Change the password
        </Button>
      </form>
    </Section>
  );
}

function mistakes(values: Record<Name, string>): Record<string, string> {
  const found: Record<string, string> = {};
  if (values.current === "") found.current = "Fill this in.";
  if (values.new.length < SHORTEST) found.new = `Take at least ${SHORTEST} characters.`;
  else if (values.new !== values.again) found.again = "This is not the same as above.";
  return found;
}
