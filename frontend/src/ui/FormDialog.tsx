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
import type { FormEvent, ReactNode } from "react";

const useStyles = makeStyles({
  wide: { maxWidth: "880px" },
  form: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalL },
});

interface FormDialogProps {
  title: string;
  submit: string;
  busy: boolean;
  /** What belongs to no field of the form. */
  problems: readonly string[];
  /** For what does not fit a narrow column, such as rows of several fields. */
  wide?: boolean;
  children: ReactNode;
  onSubmit: () => void;
  onClose: () => void;
}

/** A form with its refusals on top; it stays open until the server has agreed. */
export function FormDialog(props: FormDialogProps) {
  const styles = useStyles();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    props.onSubmit();
  };
  return (
    <Dialog onOpenChange={(_, data) => !data.open && props.onClose()} open>
      <DialogSurface className={props.wide ? styles.wide : undefined}>
        <form aria-label={props.title} noValidate onSubmit={submit}>
          <DialogBody>
            <DialogTitle>{props.title}</DialogTitle>
            <DialogContent className={styles.form}>
              {props.problems.map((message) => (
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
