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
  makeStyles,
  Text,
  tokens,
} from "@fluentui/react-components";
import { Checkmark20Regular, Copy20Regular } from "@fluentui/react-icons";
import { useRef, useState } from "react";

const useStyles = makeStyles({
  content: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalL },
  line: { display: "flex", alignItems: "flex-end", gap: tokens.spacingHorizontalS, flexWrap: "wrap" },
  field: { flex: "1 1 220px", minWidth: 0 },
  secret: { fontFamily: tokens.fontFamilyMonospace },
});

/** The only time that a secret is shown: an alert, so that a stray press beside the dialog does not close it. */
export function NewSecret(props: { name: string; secret: string; onClose: () => void }) {
  const styles = useStyles();
  const [copied, setCopied] = useState(false);
  const input = useRef<HTMLInputElement>(null);

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(props.secret);
      setCopied(true);
    } catch {
      // Without https, or without leave, the browser copies nothing for us: Ctrl-C does.
      input.current?.select();
    }
  };

  return (
    <Dialog modalType="alert" open>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{props.name} is ready</DialogTitle>
          <DialogContent className={styles.content}>
            <Text>Copy its secret now: it is not shown again.</Text>
            <div className={styles.line}>
              <Field className={styles.field} label="Secret">
                <Input
                  className={styles.secret}
                  input={{ ref: input }}
                  onFocus={(event) => event.target.select()}
                  readOnly
                  value={props.secret}
                />
              </Field>
              <Button icon={copied ? <Checkmark20Regular /> : <Copy20Regular />} onClick={() => void copy()}>
                {copied ? "Copied" : "Copy"}
              </Button>
            </div>
            <Text>
              Scripts send it as <code>Authorization: Bearer …</code>
            </Text>
          </DialogContent>
          <DialogActions>
            <Button appearance="primary" onClick={props.onClose}>
              Done
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
