import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  MessageBar,
  MessageBarBody,
  makeStyles,
  tokens,
} from "@fluentui/react-components";
import { type FormEvent, type ReactNode, useState } from "react";
import type { CombinedError } from "urql";
import { type FieldErrors, sortToFields } from "../../lib/fieldErrors";
import { errorMessage } from "../../lib/serverErrors";

const NO_ERRORS: FieldErrors = { fields: {}, general: [] };

interface Refusal {
  code: string;
  message: string;
  path?: readonly string[] | null;
}

/** The refusals of a form's mutation, sorted to the fields of these names. */
export function useRefusals(names: readonly string[]) {
  const [errors, setErrors] = useState<FieldErrors>(NO_ERRORS);
  /** Takes an answer in; true when nothing was refused. */
  const accepted = (error: CombinedError | undefined, refusals: readonly Refusal[] | undefined): boolean => {
    if (error) setErrors({ fields: {}, general: [errorMessage(error)] });
    else setErrors(sortToFields(refusals ?? [], names));
    return !error && (refusals ?? []).length === 0;
  };
  const missing = (name: string) => setErrors({ fields: { [name]: "Fill this in." }, general: [] });
  return { errors, accepted, missing };
}

const useStyles = makeStyles({
  content: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalL },
});

interface FormDialogProps {
  title: string;
  submit: string;
  busy: boolean;
  errors: FieldErrors;
  children: ReactNode;
  onSubmit: () => void;
  onClose: () => void;
}

/** A dialog with a form in it; it stays open until the server has agreed. */
export function FormDialog(props: FormDialogProps) {
  const styles = useStyles();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    props.onSubmit();
  };
  return (
    <Dialog onOpenChange={(_, data) => !data.open && props.onClose()} open>
      <DialogSurface>
        <form aria-label={props.title} noValidate onSubmit={submit}>
          <DialogBody>
            <DialogTitle>{props.title}</DialogTitle>
            <DialogContent className={styles.content}>
              {props.errors.general.map((message) => (
                <MessageBar intent="error" key={message} layout="multiline" role="alert">
                  <MessageBarBody>{message}</MessageBarBody>
                </MessageBar>
              ))}
              {props.children}
            </DialogContent>
            <DialogActions>
              <Button onClick={props.onClose}>Cancel</Button>
              <Button appearance="primary" disabled={props.busy} type="submit">
                {props.submit}
              </Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  );
}
