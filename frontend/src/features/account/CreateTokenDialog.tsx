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
  Select,
  tokens,
} from "@fluentui/react-components";
import { type FormEvent, useState } from "react";
import { useMutation } from "urql";
import { graphql } from "../../gql";
import type { TokenScope } from "../../gql/graphql";
import { type FieldErrors, sortToFields } from "../../lib/fieldErrors";
import { errorMessage } from "../../lib/serverErrors";
import { NewSecret } from "./NewSecret";

const TokenCreateMutation = graphql(`
  mutation TokenCreate($input: TokenCreateInput!) {
    tokenCreate(input: $input) {
      token {
        id
        ...TokenList_token
      }
      secret
      errors {
        code
        message
        path
      }
    }
  }
`);

const NO_ERRORS: FieldErrors = { fields: {}, general: [] };
const PERIODS = [
  { days: 30, title: "30 days" },
  { days: 90, title: "90 days" },
  { days: 365, title: "1 year" },
  { days: 0, title: "For ever" },
] as const;

const useStyles = makeStyles({
  form: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalL },
});

/** Asks what the token is for, then shows its secret, which is gone once the dialog is closed. */
export function CreateTokenDialog(props: { onClose: () => void }) {
  const styles = useStyles();
  const [name, setName] = useState("");
  const [scope, setScope] = useState<TokenScope>("READ");
  const [days, setDays] = useState(90);
  const [errors, setErrors] = useState<FieldErrors>(NO_ERRORS);
  const [secret, setSecret] = useState<string | null>(null);
  const [{ fetching }, create] = useMutation(TokenCreateMutation);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() === "") {
      setErrors({ fields: { name: "Say what the token is for." }, general: [] });
      return;
    }
    setErrors(NO_ERRORS);
    const { data, error } = await create({ input: { name: name.trim(), scope, days: days || null } });
    const refusals = data?.tokenCreate.errors ?? [];
    if (error) setErrors({ fields: {}, general: [errorMessage(error)] });
    else if (refusals.length > 0) setErrors(sortToFields(refusals, ["name", "days", "scope"]));
    else setSecret(data?.tokenCreate.secret ?? null);
  };

  if (secret !== null) return <NewSecret name={name.trim()} onClose={props.onClose} secret={secret} />;
  return (
    <Dialog onOpenChange={(_, data) => !data.open && props.onClose()} open>
      <DialogSurface>
        <form aria-label="Create a token" noValidate onSubmit={(event) => void submit(event)}>
          <DialogBody>
            <DialogTitle>Create a token</DialogTitle>
            <DialogContent className={styles.form}>
              {errors.general.map((message) => (
                <MessageBar intent="error" key={message} layout="multiline" role="alert">
                  <MessageBarBody>{message}</MessageBarBody>
                </MessageBar>
              ))}
              <Field label="Name" hint="What it is for." required validationMessage={errors.fields.name}>
                <Input autoComplete="off" name="name" onChange={(_, data) => setName(data.value)} value={name} />
              </Field>
              <Field label="Scope" validationMessage={errors.fields.scope}>
                <RadioGroup onChange={(_, data) => setScope(data.value as TokenScope)} value={scope}>
                  <Radio label="Reads only: it sees what you see and changes nothing" value="READ" />
                  <Radio label="Everything you may do" value="ADMIN" />
                </RadioGroup>
              </Field>
              <Field label="Holds for" validationMessage={errors.fields.days}>
                <Select onChange={(_, data) => setDays(Number(data.value))} value={String(days)}>
                  {PERIODS.map((one) => (
                    <option key={one.days} value={String(one.days)}>
                      {one.title}
                    </option>
                  ))}
                </Select>
              </Field>
            </DialogContent>
            <DialogActions>
              <Button onClick={props.onClose}>Cancel</Button>
              <Button appearance="primary" disabled={fetching} type="submit">
                Create
              </Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  );
}
