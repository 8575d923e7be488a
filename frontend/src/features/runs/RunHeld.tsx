import { Button, MessageBar, MessageBarActions, MessageBarBody, MessageBarTitle } from "@fluentui/react-components";
import { useState } from "react";
import { countOf } from "../../lib/format";
import { attentionPath } from "../../lib/routes";
import { ConfirmDialog } from "../../ui/ConfirmDialog";
import { Link } from "../../ui/Link";

interface RunHeldProps {
  count: number;
  mailbox: { id: string; name: string };
  busy: boolean;
  onRelease: () => void;
}

/** Deletions that look like an accident: somebody has to say that they are meant. */
export function RunHeld(props: RunHeldProps) {
  const [asking, setAsking] = useState(false);
  const deletions = countOf(props.count, "deletion");
  return (
    <section aria-label="What waits for you">
      <MessageBar intent="warning" layout="multiline">
        <MessageBarBody>
          <MessageBarTitle>{deletions} held back</MessageBarTitle>
          So many at once look like an accident. Nothing was deleted or unlinked; if they are meant, carry them out, or{" "}
          <Link to={attentionPath("held", { mailbox: props.mailbox.id })}>choose among them</Link>.
        </MessageBarBody>
        <MessageBarActions>
          <Button disabled={props.busy} onClick={() => setAsking(true)}>
            Carry them out
          </Button>
        </MessageBarActions>
      </MessageBar>
      <ConfirmDialog
        busy={props.busy}
        cancel="Keep holding them"
        confirm={`Carry out ${deletions}`}
        onCancel={() => setAsking(false)}
        onConfirm={() => {
          setAsking(false);
          props.onRelease();
        }}
        open={asking}
        title={`Carry out ${deletions}?`}
      >
        A new run of {props.mailbox.name} looks at both sides again and carries out every deletion it finds, by the
        deletion rules of the mailbox.
      </ConfirmDialog>
    </section>
  );
}
