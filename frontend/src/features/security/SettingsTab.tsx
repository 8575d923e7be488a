import {
  Button,
  Field,
  Input,
  MessageBar,
  MessageBarBody,
  makeStyles,
  Switch,
  tokens,
} from "@fluentui/react-components";
import { type FormEvent, useState } from "react";
import { useMutation, useQuery } from "urql";
import { type FragmentType, graphql, readFragment } from "../../gql";
import { errorMessage } from "../../lib/serverErrors";
import { ErrorState, LoadingRows } from "../../ui/PageStates";
import { Section } from "../../ui/Section";
import { useKept } from "../../ui/useKept";
import { useNotify } from "../../ui/useNotify";
import { useRefusals } from "../../ui/useRefusals";

const SettingsForm_settings = graphql(`
  fragment SettingsForm_settings on SecuritySettings {
    hierarchy
    hierarchyDepth
    managersInSameOrParentUnit
    revision
  }
`);

const SettingsTabQuery = graphql(`
  query SettingsTab {
    securitySettings {
      revision
      ...SettingsForm_settings
    }
  }
`);

const SecuritySettingsUpdateMutation = graphql(`
  mutation SecuritySettingsUpdate($input: SecuritySettingsUpdateInput!) {
    securitySettingsUpdate(input: $input) {
      securitySettings {
        revision
        ...SettingsForm_settings
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
  form: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM, alignItems: "flex-start" },
  depth: { maxWidth: "320px" },
});

export function SettingsTab() {
  const [{ data: latest, error }, refetch] = useQuery({ query: SettingsTabQuery });
  const data = useKept(latest);
  const reload = () => refetch({ requestPolicy: "network-only" });
  if (!data) {
    return error ? (
      <ErrorState message={errorMessage(error)} onRetry={reload} title="The settings could not be loaded" />
    ) : (
      <LoadingRows label="Loading the settings" rows={3} />
    );
  }
  // A newer revision is somebody else's saving or one's own: the form starts over from it.
  return <SettingsForm key={data.securitySettings.revision} onStale={reload} settings={data.securitySettings} />;
}

function SettingsForm(props: { settings: FragmentType<typeof SettingsForm_settings>; onStale: () => void }) {
  const styles = useStyles();
  const settings = readFragment(SettingsForm_settings, props.settings);
  const [form, setForm] = useState({
    hierarchy: settings.hierarchy,
    hierarchyDepth: String(settings.hierarchyDepth),
    managersInSameOrParentUnit: settings.managersInSameOrParentUnit,
  });
  const [{ fetching }, update] = useMutation(SecuritySettingsUpdateMutation);
  const { errors, accepted } = useRefusals(["hierarchyDepth"]);
  const [depthError, setDepthError] = useState<string | null>(null);
  const notify = useNotify();
  const change = (part: Partial<typeof form>) => setForm((was) => ({ ...was, ...part }));

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const depth = Number(form.hierarchyDepth);
    if (!Number.isInteger(depth) || depth < 1 || depth > 100) {
      setDepthError("Enter a whole number from 1 to 100.");
      return;
    }
    setDepthError(null);
    const input = { ...form, hierarchyDepth: depth, expectedRevision: settings.revision };
    const { data, error } = await update({ input });
    const refusals = data?.securitySettingsUpdate.errors;
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
    <Section
      lead="A direct manager reads and changes the records of the people below; managers further up read them."
      title="Manager hierarchy"
    >
      <form aria-label="Manager hierarchy" className={styles.form} noValidate onSubmit={(event) => void submit(event)}>
        {errors.general.map((message) => (
          <MessageBar intent="error" key={message} layout="multiline" role="alert">
            <MessageBarBody>{message}</MessageBarBody>
          </MessageBar>
        ))}
        <Switch
          checked={form.hierarchy}
          label="Managers reach the records of the people below them"
          onChange={(_, data) => change({ hierarchy: data.checked })}
        />
        <Field
          className={styles.depth}
          hint="How many levels down a manager sees, 1 to 100."
          label="Depth"
          validationMessage={depthError ?? errors.fields.hierarchyDepth}
        >
          <Input
            disabled={!form.hierarchy}
            inputMode="numeric"
            max={100}
            min={1}
            onChange={(_, data) => change({ hierarchyDepth: data.value })}
            type="number"
            value={form.hierarchyDepth}
          />
        </Field>
        <Switch
          checked={form.managersInSameOrParentUnit}
          disabled={!form.hierarchy}
          label="Only managers in the same business unit or in one above it"
          onChange={(_, data) => change({ managersInSameOrParentUnit: data.checked })}
        />
        <Button appearance="primary" disabled={fetching} type="submit">
          Save
        </Button>
      </form>
    </Section>
  );
}
