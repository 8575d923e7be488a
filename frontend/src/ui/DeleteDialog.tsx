import { MessageBar, MessageBarBody, makeStyles, tokens } from "@fluentui/react-components";
import { type ReactNode, useState } from "react";
import type { CombinedError } from "urql";
import { errorMessage } from "../lib/serverErrors";
import { ConfirmDialog } from "./ConfirmDialog";
import { useNotify } from "./useNotify";

const useStyles = makeStyles({
  words: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM, overflowWrap: "anywhere" },
});

interface Answer {
  error?: CombinedError;
  refusals: readonly { code: string; message: string }[] | undefined;
}

interface DeleteDialogProps {
  name: string;
  /** What the deletion means. */
  children: ReactNode;
  run: () => Promise<Answer>;
  onClose: () => void;
  onDeleted: () => void;
  onStale: () => void;
}

/** Asks, deletes, and shows a refusal, such as what still uses it, where the question was. */
export function DeleteDialog(props: DeleteDialogProps) {
  const styles = useStyles();
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const notify = useNotify();

  const confirm = async () => {
    setBusy(true);
    const { error, refusals } = await props.run();
    setBusy(false);
    const problem = error ? errorMessage(error) : refusals?.[0]?.message;
    if (problem) {
      setRefusal(problem);
      if (refusals?.[0]?.code === "STALE_REVISION") props.onStale();
      return;
    }
    notify({ intent: "success", title: `${props.name} was deleted` });
    props.onDeleted();
    props.onClose();
  };

  return (
    <ConfirmDialog
      busy={busy}
      cancel="Cancel"
      confirm="Delete"
      onCancel={props.onClose}
      onConfirm={() => void confirm()}
      open
      title={`Delete ${props.name}?`}
    >
      <div className={styles.words}>
        <span>{props.children}</span>
        {refusal && (
          <MessageBar intent="error" layout="multiline" role="alert">
            <MessageBarBody>{refusal}</MessageBarBody>
          </MessageBar>
        )}
      </div>
    </ConfirmDialog>
  );
}
