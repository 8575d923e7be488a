import { Checkbox, Field, Input, makeStyles, Text, tokens } from "@fluentui/react-components";
import { useState } from "react";
import { useMutation, useQuery } from "urql";
import { graphql } from "../gql";
import { countOf } from "../lib/format";
import { navigate } from "../lib/location";
import { runPath } from "../lib/routes";
import { errorMessage } from "../lib/serverErrors";
import { fromLocalInput, toLocalInput } from "../lib/undoWords";
import { FormDialog } from "./FormDialog";
import { LoadingRows } from "./PageStates";
import { UndoChanges } from "./UndoChanges";
import { useSettled } from "./useSettled";

const UndoPreviewQuery = graphql(`
  query UndoPreview($input: UndoPreviewInput!) {
    undoPreview(input: $input) {
      writes
      obstacles
      changes(first: 100) {
        ...UndoChanges_change
      }
    }
  }
`);

const UndoStartMutation = graphql(`
  mutation UndoStart($input: UndoStartInput!) {
    undoStart(input: $input) {
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

const HOUR_MS = 3_600_000;
const LISTED = 100;

const useStyles = makeStyles({
  preview: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM },
  fields: { display: "flex", flexWrap: "wrap", border: "none", margin: 0, padding: 0 },
  quiet: { color: tokens.colorNeutralForeground3 },
});

interface UndoDialogProps {
  title: string;
  /** A run, or what it did with one record; or a mailbox, of which is asked since when. */
  of: { runId: string; recordId?: string } | { mailboxId: string };
  /** The fields that may be chosen, if not everything is to go back. */
  fields?: readonly { id: string; label: string }[];
  onClose: () => void;
}

/** Shows what undoing would write and what it would leave, and starts the run that does it. */
export function UndoDialog(props: UndoDialogProps) {
  const styles = useStyles();
  const [since, setSince] = useState(() => toLocalInput(new Date(Date.now() - HOUR_MS)));
  const [force, setForce] = useState(false);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [problem, setProblem] = useState<string | null>(null);
  const asksSince = "mailboxId" in props.of;
  const settled = useSettled(since, 400);
  const instant = asksSince ? fromLocalInput(settled) : null;
  const chosen = props.fields?.filter((field) => !left.has(field.id)) ?? [];
  const fieldIds = left.size > 0 ? chosen.map((field) => field.id) : undefined;
  const input = { ...props.of, since: instant ?? undefined, fieldIds, force };
  const incomplete = (asksSince && instant === null) || fieldIds?.length === 0;
  const [{ data, error, fetching }] = useQuery({
    query: UndoPreviewQuery,
    variables: { input },
    // What both sides hold is looked at anew each time.
    requestPolicy: "network-only",
    pause: incomplete,
  });
  const [{ fetching: starting }, start] = useMutation(UndoStartMutation);
  const busy = fetching || settled !== since;
  const preview = busy || error || incomplete ? null : data?.undoPreview;

  const submit = async () => {
    setProblem(null);
    const answer = await start({ input });
    const refusal = answer.error ? errorMessage(answer.error) : answer.data?.undoStart.errors[0]?.message;
    const run = answer.data?.undoStart.run;
    if (run) navigate(runPath(run.id));
    else setProblem(refusal ?? "The server gave no reason.");
  };
  const refused = problem ?? (error && !busy ? errorMessage(error) : null);

  return (
    <FormDialog
      busy={busy || starting || !preview || preview.writes === 0}
      onClose={props.onClose}
      onSubmit={() => void submit()}
      problems={refused ? [refused] : []}
      submit="Undo"
      title={props.title}
    >
      {asksSince && (
        <Field
          hint="Everything that runs of this mailbox have written since then."
          label="Since"
          validationMessage={since !== "" && fromLocalInput(since) === null ? "Give a day and a time." : undefined}
        >
          <Input onChange={(_, change) => setSince(change.value)} type="datetime-local" value={since} />
        </Field>
      )}
      {props.fields && props.fields.length > 1 && (
        <fieldset className={styles.fields}>
          <legend>Fields to put back</legend>
          {props.fields.map((field) => (
            <Checkbox
              checked={!left.has(field.id)}
              key={field.id}
              label={field.label}
              onChange={() => setLeft(toggled(left, field.id))}
            />
          ))}
        </fieldset>
      )}
      <Checkbox
        checked={force}
        label="Also overwrite what was changed since; it is put aside in the history"
        onChange={(_, change) => setForce(change.checked === true)}
      />
      <div aria-live="polite" className={styles.preview}>
        {busy ? (
          <LoadingRows label="Looking at both sides" rows={3} />
        ) : (
          preview && (
            <>
              <Text weight="semibold">
                {preview.writes === 0
                  ? "Nothing would be written."
                  : `${countOf(preview.writes, "record or item", "records and items")} would be written.`}
                {preview.obstacles > 0 &&
                  ` ${countOf(preview.obstacles, "thing stays as it is", "things stay as they are")}.`}
              </Text>
              <UndoChanges changes={preview.changes} />
              {preview.changes.length === LISTED && (
                <Text className={styles.quiet} size={200}>
                  The first {LISTED} are listed.
                </Text>
              )}
            </>
          )
        )}
        {data && !preview && !busy && !error && !incomplete && <Text>There is nothing that you could undo.</Text>}
      </div>
    </FormDialog>
  );
}

function toggled(ids: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(ids);
  if (!next.delete(id)) next.add(id);
  return next;
}
