import {
  Button,
  Checkbox,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  MessageBar,
  MessageBarBody,
  makeStyles,
  Radio,
  RadioGroup,
  tokens,
} from "@fluentui/react-components";
import { useState } from "react";
import { useMutation, useQuery } from "urql";
import { graphql } from "../../gql";
import type { RunConfiguration, RunMode } from "../../gql/graphql";
import { countOf } from "../../lib/format";
import { navigate } from "../../lib/location";
import { runPath } from "../../lib/routes";
import { errorMessage } from "../../lib/serverErrors";
import { Link } from "../../ui/Link";
import { LoadingRows } from "../../ui/PageStates";
import { useNotify } from "../../ui/useNotify";

const StartRunDialogQuery = graphql(`
  query StartRunDialog {
    viewer {
      canEditMappings
    }
    mailboxes(first: 200) {
      nodes {
        id
        name
        state
        viewerCanSync
        principal {
          id
          name
        }
      }
    }
  }
`);

const StartRunsMutation = graphql(`
  mutation StartRuns($input: RunStartInput!) {
    runStart(input: $input) {
      runs {
        id
        ...RunRow_run
      }
      errors {
        code
        message
      }
    }
  }
`);

const useStyles = makeStyles({
  content: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalL },
  group: { margin: 0, padding: 0, border: "none", minWidth: 0 },
  legend: { padding: 0, marginBottom: tokens.spacingVerticalXXS },
  mailboxes: {
    padding: tokens.spacingVerticalXS,
    display: "flex",
    flexDirection: "column",
    maxHeight: "32dvh",
    overflowY: "auto",
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusMedium,
  },
});

const START_WORDS: Record<RunMode, string> = {
  APPLY: "Start sync",
  PREVIEW: "Start preview",
  VERIFY: "Start verification",
};

interface StartRunDialogProps {
  /** Asked for from the draft: what would it change? */
  draftPreview: boolean;
  onClose: () => void;
  onStarted: () => void;
}

export function StartRunDialog(props: StartRunDialogProps) {
  const styles = useStyles();
  const [{ data, error, fetching }] = useQuery({ query: StartRunDialogQuery, requestPolicy: "cache-and-network" });
  const [{ fetching: busy }, start] = useMutation(StartRunsMutation);
  const [chosen, setChosen] = useState<ReadonlySet<string> | null>(null);
  const [mode, setMode] = useState<RunMode>(props.draftPreview ? "PREVIEW" : "APPLY");
  const [configuration, setConfiguration] = useState<RunConfiguration>(props.draftPreview ? "DRAFT" : "PUBLISHED");
  const [problem, setProblem] = useState<string | null>(null);
  const notify = useNotify();

  const mailboxes = data?.mailboxes.nodes.filter((one) => one.viewerCanSync) ?? [];
  // With a single mailbox there is nothing to choose.
  const only = mailboxes.length === 1 ? mailboxes[0] : undefined;
  const picked = chosen ?? new Set(only ? [only.id] : []);

  const toggle = (id: string) => {
    const next = new Set(picked);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };

  const go = async () => {
    setProblem(null);
    const input = {
      mailboxIds: [...picked],
      mode,
      configuration: mode === "PREVIEW" ? configuration : ("PUBLISHED" as const),
    };
    const result = await start({ input });
    const refusal = result.error ? errorMessage(result.error) : result.data?.runStart.errors[0]?.message;
    if (refusal) {
      setProblem(refusal);
      return;
    }
    const runs = result.data?.runStart.runs ?? [];
    props.onStarted();
    props.onClose();
    if (runs.length === 1 && runs[0]) navigate(runPath(runs[0].id));
    else notify({ intent: "success", title: `${countOf(runs.length, "run")} started` });
  };

  return (
    <Dialog onOpenChange={(_, event) => !event.open && props.onClose()} open>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>Start a sync</DialogTitle>
          <DialogContent className={styles.content}>
            {(problem ?? error) && (
              <MessageBar intent="error" layout="multiline" role="alert">
                <MessageBarBody>{problem ?? (error && errorMessage(error))}</MessageBarBody>
              </MessageBar>
            )}
            {!data && fetching ? (
              <LoadingRows label="Loading the mailboxes" rows={3} />
            ) : mailboxes.length === 0 ? (
              <span>
                There is no mailbox you may sync. <Link to="/mailboxes">See the mailboxes</Link>
              </span>
            ) : (
              // Not a Field: it would give its own id to every checkbox, and their labels would all tick the first.
              <fieldset className={styles.group}>
                <legend className={styles.legend}>Mailboxes</legend>
                <div className={styles.mailboxes}>
                  {mailboxes.map((mailbox) => (
                    <Checkbox
                      checked={picked.has(mailbox.id)}
                      disabled={mailbox.state === "DISABLED"}
                      key={mailbox.id}
                      label={
                        mailbox.name === mailbox.principal.name
                          ? mailbox.name
                          : `${mailbox.name} (${mailbox.principal.name})`
                      }
                      onChange={() => toggle(mailbox.id)}
                    />
                  ))}
                </div>
              </fieldset>
            )}
            <Field label="What to do">
              <RadioGroup onChange={(_, event) => setMode(event.value as RunMode)} value={mode}>
                <Radio label="Sync: carry the changes over" value="APPLY" />
                <Radio label="Preview: show what would happen, write nothing" value="PREVIEW" />
                <Radio label="Verify: compare the values of both sides, write nothing" value="VERIFY" />
              </RadioGroup>
            </Field>
            {mode === "PREVIEW" && data?.viewer.canEditMappings && (
              <Field label="With which directions">
                <RadioGroup
                  onChange={(_, event) => setConfiguration(event.value as RunConfiguration)}
                  value={configuration}
                >
                  <Radio label="The published directions" value="PUBLISHED" />
                  <Radio label="The draft, to test it before it is published" value="DRAFT" />
                </RadioGroup>
              </Field>
            )}
          </DialogContent>
          <DialogActions>
            <Button onClick={props.onClose}>Cancel</Button>
            <Button appearance="primary" disabled={busy || picked.size === 0} onClick={() => void go()}>
              {START_WORDS[mode]}
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
