import { Field, Input, makeStyles, Radio, RadioGroup, Select, Textarea } from "@fluentui/react-components";
import { useState } from "react";
import { useMutation } from "urql";
import { type FragmentType, graphql, readFragment } from "../../gql";
import type { RoleInheritance } from "../../gql/graphql";
import { FormDialog } from "../../ui/FormDialog";
import { useNotify } from "../../ui/useNotify";
import { useRefusals } from "../../ui/useRefusals";

const RoleDialog_role = graphql(`
  fragment RoleDialog_role on SecurityRole {
    id
    name
    description
    inheritance
    revision
  }
`);

const SecurityRoleCreateMutation = graphql(`
  mutation SecurityRoleCreate($input: SecurityRoleCreateInput!) {
    securityRoleCreate(input: $input) {
      securityRole {
        id
        ...RolePanel_role
      }
      errors {
        code
        message
        path
      }
    }
  }
`);

const SecurityRoleEditMutation = graphql(`
  mutation SecurityRoleEdit($input: SecurityRoleUpdateInput!) {
    securityRoleUpdate(input: $input) {
      securityRole {
        id
        ...RolePanel_role
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
  // A long name in the list must not widen the dialog.
  select: { minWidth: 0 },
});

const NAMES = ["name", "description", "inheritance", "copyOf"];

interface RoleFieldsProps {
  form: { name: string; description: string; inheritance: RoleInheritance };
  errors: Record<string, string>;
  onChange: (part: Partial<RoleFieldsProps["form"]>) => void;
}

function RoleFields({ form, errors, onChange }: RoleFieldsProps) {
  return (
    <>
      <Field label="Name" required validationMessage={errors.name}>
        <Input onChange={(_, data) => onChange({ name: data.value })} value={form.name} />
      </Field>
      <Field label="Description" validationMessage={errors.description}>
        <Textarea onChange={(_, data) => onChange({ description: data.value })} value={form.description} />
      </Field>
      <Field
        hint="Matters when a team holds the role: whether user level reaches the records of its members too."
        label="Inheritance by members of a team"
        validationMessage={errors.inheritance}
      >
        <RadioGroup
          onChange={(_, data) => onChange({ inheritance: data.value as RoleInheritance })}
          value={form.inheritance}
        >
          <Radio label="Direct: the team's records and each member's own" value="DIRECT" />
          <Radio label="Team only: nothing but the team's records" value="TEAM_ONLY" />
        </RadioGroup>
      </Field>
    </>
  );
}

interface CreateRoleDialogProps {
  roles: readonly { id: string; name: string; description: string; inheritance: RoleInheritance }[];
  /** The role the new one starts as a copy of. */
  copyOf: string | null;
  onClose: () => void;
  onCreated: (id: string) => void;
}

export function CreateRoleDialog(props: CreateRoleDialogProps) {
  const styles = useStyles();
  const source = props.roles.find((one) => one.id === props.copyOf);
  const [copyOf, setCopyOf] = useState(props.copyOf ?? "");
  const [form, setForm] = useState<RoleFieldsProps["form"]>({
    name: source ? `${source.name} (copy)` : "",
    description: source?.description ?? "",
    inheritance: source?.inheritance ?? "DIRECT",
  });
  const [{ fetching }, create] = useMutation(SecurityRoleCreateMutation);
  const { errors, accepted, missing } = useRefusals(NAMES);
  const notify = useNotify();

  const submit = async () => {
    const name = form.name.trim();
    if (name === "") return missing("name");
    const { data, error } = await create({ input: { ...form, name, copyOf: copyOf === "" ? null : copyOf } });
    if (!accepted(error, data?.securityRoleCreate.errors)) return;
    notify({ intent: "success", title: `${name} was created`, body: "Nobody holds it yet." });
    const id = data?.securityRoleCreate.securityRole?.id;
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
      title="New security role"
    >
      <RoleFields errors={errors.fields} form={form} onChange={(part) => setForm((was) => ({ ...was, ...part }))} />
      <Field label="Start from" validationMessage={errors.fields.copyOf}>
        <Select className={styles.select} onChange={(_, data) => setCopyOf(data.value)} value={copyOf}>
          <option value="">Nothing allowed</option>
          {props.roles.map((role) => (
            <option key={role.id} value={role.id}>
              A copy of {role.name}
            </option>
          ))}
        </Select>
      </Field>
    </FormDialog>
  );
}

interface EditRoleDialogProps {
  role: FragmentType<typeof RoleDialog_role>;
  onClose: () => void;
  onStale: () => void;
}

export function EditRoleDialog(props: EditRoleDialogProps) {
  const role = readFragment(RoleDialog_role, props.role);
  const [form, setForm] = useState<RoleFieldsProps["form"]>(() => ({
    name: role.name,
    description: role.description,
    inheritance: role.inheritance,
  }));
  const [{ fetching }, update] = useMutation(SecurityRoleEditMutation);
  const { errors, accepted, missing } = useRefusals(NAMES);
  const notify = useNotify();

  const submit = async () => {
    const name = form.name.trim();
    if (name === "") return missing("name");
    const { data, error } = await update({
      input: { roleId: role.id, expectedRevision: role.revision, ...form, name },
    });
    const refusals = data?.securityRoleUpdate.errors;
    if (!accepted(error, refusals)) {
      if (refusals?.some((one) => one.code === "STALE_REVISION")) props.onStale();
      return;
    }
    notify({ intent: "success", title: `${name} was saved` });
    props.onClose();
  };

  return (
    <FormDialog
      busy={fetching}
      problems={errors.general}
      onClose={props.onClose}
      onSubmit={() => void submit()}
      submit="Save"
      title={`Edit ${role.name}`}
    >
      <RoleFields errors={errors.fields} form={form} onChange={(part) => setForm((was) => ({ ...was, ...part }))} />
    </FormDialog>
  );
}
