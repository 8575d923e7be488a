import { MessageBar, MessageBarBody, makeStyles, tokens } from "@fluentui/react-components";
import { useState } from "react";
import { useMutation } from "urql";
import { graphql } from "../../gql";
import type { RecordKind } from "../../gql/graphql";
import type { PickedPrincipal } from "../../lib/pickPrincipals";
import { errorMessage } from "../../lib/serverErrors";
import { ConfirmDialog } from "../../ui/ConfirmDialog";
import { useNotify } from "../../ui/useNotify";
import { FilterEffect, type StoredFilter } from "./FilterEffect";

const SyncFilterActivateMutation = graphql(`
  mutation SyncFilterActivate($input: SyncFilterActivateInput!) {
    syncFilterActivate(input: $input) {
      filter {
        id
        ...FilterList_filter
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

interface SwitchDialogProps {
  filter: StoredFilter;
  kind: RecordKind;
  me: PickedPrincipal;
  onClose: () => void;
  onStale: () => void;
}

/** Shows what switching a filter on or off does, and does it. */
export function SwitchDialog({ filter, kind, me, onClose, onStale }: SwitchDialogProps) {
  const styles = useStyles();
  const [{ fetching }, activate] = useMutation(SyncFilterActivateMutation);
  const [problem, setProblem] = useState<string | null>(null);
  const notify = useNotify();
  const on = !filter.isActive;
  const word = on ? "on" : "off";

  const confirm = async () => {
    const input = { filterId: filter.id, isActive: on, expectedRevision: filter.revision };
    const { data, error } = await activate({ input });
    const refusal = data?.syncFilterActivate.errors[0];
    if (error || refusal) {
      setProblem(error ? errorMessage(error) : (refusal?.message ?? ""));
      if (refusal?.code === "STALE_REVISION") onStale();
      return;
    }
    notify({ intent: "success", title: `${filter.name} is ${word}` });
    onClose();
  };

  return (
    <ConfirmDialog
      busy={fetching}
      cancel="Cancel"
      confirm={`Switch ${word}`}
      onCancel={onClose}
      onConfirm={() => void confirm()}
      open
      title={`Switch ${filter.name} ${word}?`}
    >
      <div className={styles.words}>
        {problem && (
          <MessageBar intent="error" layout="multiline" role="alert">
            <MessageBarBody>{problem}</MessageBarBody>
          </MessageBar>
        )}
        {filter.scope === "TEMPLATE" ? (
          <span>
            {on ? "New mailboxes get a copy of it." : "New mailboxes no longer get a copy. Copies stay as they are."}
          </span>
        ) : (
          <>
            <span>It counts from the next run of each mailbox on.</span>
            <FilterEffect filter={filter} isActive={on} kind={kind} me={me} />
          </>
        )}
      </div>
    </ConfirmDialog>
  );
}
