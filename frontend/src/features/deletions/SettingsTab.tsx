import {
  Button,
  Field,
  Input,
  MessageBar,
  MessageBarBody,
  makeStyles,
  Radio,
  RadioGroup,
  tokens,
} from "@fluentui/react-components";
import { type FormEvent, useState } from "react";
import { useMutation, useQuery } from "urql";
import { type FragmentType, graphql, readFragment } from "../../gql";
import type { EditAgainstDelete, Invitations } from "../../gql/graphql";
import { errorMessage } from "../../lib/serverErrors";
import { enteredNumbers, NUMBER_NAMES, numberErrors, SETTING_GROUPS, typedNumbers } from "../../lib/syncSettings";
import { ErrorState, LoadingRows } from "../../ui/PageStates";
import { Section } from "../../ui/Section";
import { useKept } from "../../ui/useKept";
import { useNotify } from "../../ui/useNotify";
import { useRefusals } from "../../ui/useRefusals";

const SyncSettingsForm_settings = graphql(`
  fragment SyncSettingsForm_settings on SyncSettings {
    brakeCount
    brakeShare
    editAgainstDelete
    newestGuardSeconds
    historyDays
    quarantineDays
    journalDays
    shortestInterval
    longestInterval
    deadAfter
    invitations
    revision
  }
`);

const SyncSettingsQuery = graphql(`
  query SyncSettings {
    viewer {
      canAdminister
    }
    syncSettings {
      revision
      ...SyncSettingsForm_settings
    }
  }
`);

const SyncSettingsUpdateMutation = graphql(`
  mutation SyncSettingsUpdate($input: SyncSettingsUpdateInput!) {
    syncSettingsUpdate(input: $input) {
      syncSettings {
        revision
        ...SyncSettingsForm_settings
      }
      errors {
        code
        message
        path
      }
    }
  }
`);

const useStyles = makeStyles({
  form: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalL },
  fields: {
    display: "grid",
    gridTemplateColumns: "repeat(auto-fill, minmax(min(260px, 100%), 1fr))",
    gap: tokens.spacingHorizontalL,
  },
  control: { minWidth: 0, width: "100%" },
  save: { alignSelf: "flex-start" },
});

/** What holds for the sync of every mailbox. */
export function SettingsTab() {
  const [{ data: latest, error }, refetch] = useQuery({ query: SyncSettingsQuery });
  const data = useKept(latest);
  const reload = () => refetch({ requestPolicy: "network-only" });
  if (!data) {
    return error ? (
      <ErrorState message={errorMessage(error)} onRetry={reload} title="The settings could not be loaded" />
    ) : (
      <LoadingRows height={96} label="Loading the settings" rows={4} />
    );
  }
  // A newer revision is somebody else's saving or one's own: the form starts over from it.
  return (
    <SyncSettingsForm
      canEdit={data.viewer.canAdminister}
      key={data.syncSettings.revision}
      onStale={reload}
      settings={data.syncSettings}
    />
  );
}

interface SyncSettingsFormProps {
  settings: FragmentType<typeof SyncSettingsForm_settings>;
  canEdit: boolean;
  onStale: () => void;
}

function SyncSettingsForm(props: SyncSettingsFormProps) {
  const styles = useStyles();
  const settings = readFragment(SyncSettingsForm_settings, props.settings);
  const [typed, setTyped] = useState(() => typedNumbers(settings));
  const [editAgainstDelete, setEdit] = useState(settings.editAgainstDelete);
  const [invitations, setInvitations] = useState(settings.invitations);
  const [wrong, setWrong] = useState<ReturnType<typeof numberErrors>>({});
  const [{ fetching }, update] = useMutation(SyncSettingsUpdateMutation);
  const { errors, accepted } = useRefusals(NUMBER_NAMES);
  const notify = useNotify();
  const readOnly = !props.canEdit;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const found = numberErrors(typed);
    setWrong(found);
    if (Object.keys(found).length > 0) return;
    const input = { ...enteredNumbers(typed), editAgainstDelete, invitations, expectedRevision: settings.revision };
    const { data, error } = await update({ input });
    const refusals = data?.syncSettingsUpdate.errors;
    if (refusals?.some((one) => one.code === "STALE_REVISION")) {
      notify({
        intent: "warning",
        title: "Somebody changed the settings meanwhile",
        body: "This is what they are now; make your change again.",
      });
      props.onStale();
      return;
    }
    if (accepted(error, refusals)) notify({ intent: "success", title: "The settings were saved" });
  };

  return (
    <form aria-label="Settings of the sync" className={styles.form} noValidate onSubmit={(event) => void submit(event)}>
      {readOnly && (
        <MessageBar intent="info" layout="multiline">
          <MessageBarBody>You can see these settings; only an administrator changes them.</MessageBarBody>
        </MessageBar>
      )}
      {errors.general.map((message) => (
        <MessageBar intent="error" key={message} layout="multiline" role="alert">
          <MessageBarBody>{message}</MessageBarBody>
        </MessageBar>
      ))}
      {SETTING_GROUPS.map((group) => (
        <Section key={group.title} lead={group.lead} title={group.title}>
          <div className={styles.fields}>
            {group.settings.map(({ name, label, hint, unit, least, most }) => (
              <Field hint={hint} key={name} label={label} validationMessage={wrong[name] ?? errors.fields[name]}>
                <Input
                  className={styles.control}
                  contentAfter={unit}
                  inputMode="numeric"
                  max={most}
                  min={least}
                  onChange={(_, data) => setTyped((was) => ({ ...was, [name]: data.value }))}
                  readOnly={readOnly}
                  type="number"
                  value={typed[name]}
                />
              </Field>
            ))}
          </div>
        </Section>
      ))}
      <Section title="Edit against deletion">
        <Field label="When one side was edited and the other one deleted">
          <RadioGroup
            disabled={readOnly}
            onChange={(_, data) => setEdit(data.value as EditAgainstDelete)}
            value={editAgainstDelete}
          >
            <Radio label="The edit wins: what was edited stays, and is no longer followed" value="EDIT_WINS" />
            <Radio label="The deletion wins, as far as the matrix says so" value="DELETE_WINS" />
          </RadioGroup>
        </Field>
      </Section>
      <Section lead="Never for meetings that are over, and never by a back-fill." title="Invitations">
        <Field label="Meetings that a run writes may make the mail server send mail">
          <RadioGroup
            disabled={readOnly}
            onChange={(_, data) => setInvitations(data.value as Invitations)}
            value={invitations}
          >
            <Radio label="Never" value="NEVER" />
            <Radio label="Only from the mailbox of the meeting's organizer" value="ORGANIZER" />
          </RadioGroup>
        </Field>
      </Section>
      {!readOnly && (
        <Button appearance="primary" className={styles.save} disabled={fetching} type="submit">
          Save
        </Button>
      )}
    </form>
  );
}
