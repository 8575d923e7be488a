import { Field, Input, Textarea } from "@fluentui/react-components";
import { useState } from "react";
import { useMutation } from "urql";
import { type FragmentType, graphql, readFragment } from "../../gql";
import { FormDialog } from "../../ui/FormDialog";
import { MembersLoading } from "../../ui/MembersLoading";
import { useMembers } from "../../ui/useMembers";
import { useNotify } from "../../ui/useNotify";
import { useRefusals } from "../../ui/useRefusals";
import { type PickedPrincipal, PrincipalPicker } from "./PrincipalPicker";

const FieldProfileDialogs_fieldProfile = graphql(`
  fragment FieldProfileDialogs_fieldProfile on FieldProfile {
    id
    name
    description
    revision
  }
`);

const FieldProfileCreateMutation = graphql(`
  mutation FieldProfileCreate($input: FieldProfileCreateInput!) {
    fieldProfileCreate(input: $input) {
      fieldProfile {
        id
        ...FieldProfilePanel_fieldProfile
        ...ColumnsPanel_fieldProfile
      }
      errors {
        code
        message
        path
      }
    }
  }
`);

const FieldProfileEditMutation = graphql(`
  mutation FieldProfileEdit($input: FieldProfileUpdateInput!) {
    fieldProfileUpdate(input: $input) {
      fieldProfile {
        id
        ...FieldProfilePanel_fieldProfile
        ...ColumnsPanel_fieldProfile
      }
      errors {
        code
        message
        path
      }
    }
  }
`);

const NAMES = ["name", "description", "memberIds"];

export function CreateFieldProfileDialog(props: { onClose: () => void; onCreated: (id: string) => void }) {
  const [form, setForm] = useState({ name: "", description: "" });
  const [{ fetching }, create] = useMutation(FieldProfileCreateMutation);
  const { errors, accepted, missing } = useRefusals(NAMES);
  const notify = useNotify();

  const submit = async () => {
    const name = form.name.trim();
    if (name === "") return missing("name");
    const { data, error } = await create({ input: { ...form, name } });
    if (!accepted(error, data?.fieldProfileCreate.errors)) return;
    notify({ intent: "success", title: `${name} was created`, body: "Choose its rights and its members." });
    const id = data?.fieldProfileCreate.fieldProfile?.id;
    if (id) props.onCreated(id);
    props.onClose();
  };

  return (
    <FormDialog
      busy={fetching}
      problems={errors.general}
      onClose={props.onClose}
      onSubmit={() => void submit()}
      submit="Create"
      title="New field profile"
    >
      <Field label="Name" required validationMessage={errors.fields.name}>
        <Input onChange={(_, data) => setForm((was) => ({ ...was, name: data.value }))} value={form.name} />
      </Field>
      <Field label="Description" validationMessage={errors.fields.description}>
        <Textarea
          onChange={(_, data) => setForm((was) => ({ ...was, description: data.value }))}
          value={form.description}
        />
      </Field>
    </FormDialog>
  );
}

interface EditFieldProfileDialogProps {
  fieldProfile: FragmentType<typeof FieldProfileDialogs_fieldProfile>;
  onClose: () => void;
  onStale: () => void;
}

export function EditFieldProfileDialog(props: EditFieldProfileDialogProps) {
  const fieldProfile = readFragment(FieldProfileDialogs_fieldProfile, props.fieldProfile);
  const [form, setForm] = useState(() => ({
    name: fieldProfile.name,
    description: fieldProfile.description,
  }));
  const present = useMembers("FieldProfile", fieldProfile.id);
  const [chosen, setChosen] = useState<readonly PickedPrincipal[] | null>(null);
  const members = chosen ?? present.members;
  const [{ fetching }, update] = useMutation(FieldProfileEditMutation);
  const { errors, accepted, missing } = useRefusals(NAMES);
  const notify = useNotify();
  const change = (part: Partial<typeof form>) => setForm((was) => ({ ...was, ...part }));

  const submit = async () => {
    const name = form.name.trim();
    if (name === "") return missing("name");
    if (!members) return;
    const input = {
      fieldProfileId: fieldProfile.id,
      expectedRevision: fieldProfile.revision,
      name,
      description: form.description,
      memberIds: members.map((one) => one.id),
    };
    const { data, error } = await update({ input });
    const refusals = data?.fieldProfileUpdate.errors;
    if (!accepted(error, refusals)) {
      if (refusals?.some((one) => one.code === "STALE_REVISION")) props.onStale();
      return;
    }
    notify({ intent: "success", title: `${name} was saved` });
    props.onClose();
  };

  return (
    <FormDialog
      busy={fetching || !members}
      problems={errors.general}
      onClose={props.onClose}
      onSubmit={() => void submit()}
      submit="Save"
      title={`Edit ${fieldProfile.name}`}
    >
      <Field label="Name" required validationMessage={errors.fields.name}>
        <Input onChange={(_, data) => change({ name: data.value })} value={form.name} />
      </Field>
      <Field label="Description" validationMessage={errors.fields.description}>
        <Textarea onChange={(_, data) => change({ description: data.value })} value={form.description} />
      </Field>
      {members ? (
        <PrincipalPicker
          chosen={members}
          error={errors.fields.memberIds}
          hint="Users and teams; a team's members get what the team gets."
          label="Members"
          onChange={setChosen}
        />
      ) : (
        <MembersLoading error={present.error} onRetry={present.retry} />
      )}
    </FormDialog>
  );
}
