import { MessageBar, MessageBarBody, makeStyles, Text, tokens } from "@fluentui/react-components";
import { useState } from "react";
import { useMutation, useQuery } from "urql";
import { graphql } from "../../gql";
import type { OperationAction } from "../../gql/graphql";
import { formatNumber } from "../../lib/format";
import { deletionsWord, heldSummary } from "../../lib/heldDeletions";
import { errorMessage } from "../../lib/serverErrors";
import { ConfirmDialog } from "../../ui/ConfirmDialog";
import { useStartedRun } from "./useStartedRun";

const ReleaseDialogQuery = graphql(`
  query ReleaseDialog($mailboxId: ID!) {
    heldDeletions(first: 1000, mailboxId: $mailboxId) {
      totalCount
      nodes {
        id
        action
        releasedAt
      }
    }
  }
`);

const HeldReleaseMutation = graphql(`
  mutation HeldRelease($input: HeldReleaseInput!) {
    heldRelease(input: $input) {
      heldDeletions {
        id
        ...HeldMailbox_deletion
      }
      run {
        id
      }
      errors {
        code
        message
      }
    }
  }
`);

const useStyles = makeStyles({
  words: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM },
});

interface ReleaseDialogProps {
  mailbox: { id: string; name: string };
  /** Null is all that the mailbox holds now; what is held later is not agreed to. */
  chosen: readonly { id: string; action: OperationAction }[] | null;
  onClose: () => void;
  onReleased: () => void;
}

/** Asks once more, with how many there are and what would happen to them. */
export function ReleaseDialog(props: ReleaseDialogProps) {
  const styles = useStyles();
  const [problem, setProblem] = useState<string | null>(null);
  const [{ data, error }] = useQuery({
    query: ReleaseDialogQuery,
    variables: { mailboxId: props.mailbox.id },
    requestPolicy: "network-only",
    pause: props.chosen !== null,
  });
  const [{ fetching }, release] = useMutation(HeldReleaseMutation);
  const started = useStartedRun();
  const all = data?.heldDeletions;
  const held = props.chosen ?? all?.nodes.filter((one) => !one.releasedAt) ?? null;
  const beyond = props.chosen === null && all ? all.totalCount - all.nodes.length : 0;
  const refusal = problem ?? (error ? errorMessage(error) : null);

  const go = async () => {
    if (!held) return;
    const input = { mailboxId: props.mailbox.id, heldDeletionIds: held.map((one) => one.id) };
    const answer = await release({ input });
    const said = answer.error ? errorMessage(answer.error) : answer.data?.heldRelease.errors[0]?.message;
    if (said) {
      setProblem(said);
      return;
    }
    started(`${deletionsWord(held.length)} of ${props.mailbox.name} released`, answer.data?.heldRelease.run?.id);
    props.onReleased();
    props.onClose();
  };

  return (
    <ConfirmDialog
      busy={fetching || !held || held.length === 0}
      cancel="Keep holding them"
      confirm={held ? `Carry out ${deletionsWord(held.length)}` : "Carry them out"}
      onCancel={props.onClose}
      onConfirm={() => void go()}
      open
      title={held ? `Carry out ${deletionsWord(held.length)}?` : "Carry them out?"}
    >
      <div className={styles.words}>
        {refusal && (
          <MessageBar intent="error" layout="multiline" role="alert">
            <MessageBarBody>{refusal}</MessageBarBody>
          </MessageBar>
        )}
        {held ? (
          <>
            <Text>
              Of {props.mailbox.name}: {heldSummary(held.map((one) => one.action)) || "nothing is held any more"}.
            </Text>
            {beyond > 0 && <Text>{formatNumber(beyond)} more stay held; release them afterwards.</Text>}
            <Text>
              A run looks at both sides again and carries out what still holds. What it deletes goes to the quarantine
              and can be put back from there.
            </Text>
          </>
        ) : (
          <Text>Counting what is held.</Text>
        )}
      </div>
    </ConfirmDialog>
  );
}
