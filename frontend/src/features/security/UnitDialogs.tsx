import { Field, Input } from "@fluentui/react-components";
import { useState } from "react";
import { useMutation } from "urql";
import { type FragmentType, graphql, readFragment } from "../../gql";
import { FormDialog } from "../../ui/FormDialog";
import { useNotify } from "../../ui/useNotify";
import { useRefusals } from "../../ui/useRefusals";
import { UnitSelect, type UnitSelect_unit } from "./UnitSelect";

const UnitDialogs_unit = graphql(`
  fragment UnitDialogs_unit on BusinessUnit {
    id
    name
    parent {
      id
    }
    principalCount
    revision
  }
`);

const BusinessUnitCreateMutation = graphql(`
  mutation BusinessUnitCreate($input: BusinessUnitCreateInput!) {
    businessUnitCreate(input: $input) {
      businessUnit {
        id
        ...UnitDialogs_unit
      }
      errors {
        code
        message
        path
      }
    }
  }
`);

const BusinessUnitUpdateMutation = graphql(`
  mutation BusinessUnitUpdate($input: BusinessUnitUpdateInput!) {
    businessUnitUpdate(input: $input) {
      businessUnit {
        id
        ...UnitDialogs_unit
      }
      errors {
        code
        message
        path
      }
    }
  }
`);

const NAMES = ["name", "parentId"];

interface CreateUnitDialogProps {
  parentId: string;
  units: readonly FragmentType<typeof UnitSelect_unit>[];
  onClose: () => void;
}

export function CreateUnitDialog(props: CreateUnitDialogProps) {
  const [name, setName] = useState("");
  const [parentId, setParentId] = useState(props.parentId);
  const [{ fetching }, create] = useMutation(BusinessUnitCreateMutation);
  const { errors, accepted, missing } = useRefusals(NAMES);
  const notify = useNotify();

  const submit = async () => {
    if (name.trim() === "") return missing("name");
    const { data, error } = await create({ input: { name: name.trim(), parentId } });
    if (!accepted(error, data?.businessUnitCreate.errors)) return;
    notify({ intent: "success", title: `${name.trim()} was created` });
    props.onClose();
  };

  return (
    <FormDialog
      busy={fetching}
      problems={errors.general}
      onClose={props.onClose}
      onSubmit={() => void submit()}
      submit="Create"
      title="New business unit"
    >
      <Field label="Name" required validationMessage={errors.fields.name}>
        <Input onChange={(_, data) => setName(data.value)} value={name} />
      </Field>
      <UnitSelect
        error={errors.fields.parentId}
        label="Below"
        onChange={setParentId}
        units={props.units}
        value={parentId}
      />
    </FormDialog>
  );
}

interface EditUnitDialogProps {
  unit: FragmentType<typeof UnitDialogs_unit>;
  units: readonly FragmentType<typeof UnitSelect_unit>[];
  onClose: () => void;
  onStale: () => void;
}

export function EditUnitDialog(props: EditUnitDialogProps) {
  const unit = readFragment(UnitDialogs_unit, props.unit);
  const [name, setName] = useState(unit.name);
  const [parentId, setParentId] = useState(unit.parent?.id ?? null);
  const [{ fetching }, update] = useMutation(BusinessUnitUpdateMutation);
  const { errors, accepted, missing } = useRefusals(NAMES);
  const notify = useNotify();

  const submit = async () => {
    if (name.trim() === "") return missing("name");
    const moved = parentId !== null && parentId !== unit.parent?.id ? { parentId } : {};
    const input = { businessUnitId: unit.id, expectedRevision: unit.revision, name: name.trim(), ...moved };
    const { data, error } = await update({ input });
    const refusals = data?.businessUnitUpdate.errors;
    if (!accepted(error, refusals)) {
      if (refusals?.some((one) => one.code === "STALE_REVISION")) props.onStale();
      return;
    }
    notify({ intent: "success", title: `${name.trim()} was saved` });
    props.onClose();
  };

  return (
    <FormDialog
      busy={fetching}
      problems={errors.general}
      onClose={props.onClose}
      onSubmit={() => void submit()}
      submit="Save"
      title={`Edit ${unit.name}`}
    >
      <Field label="Name" required validationMessage={errors.fields.name}>
        <Input onChange={(_, data) => setName(data.value)} value={name} />
      </Field>
      {parentId !== null && (
        <UnitSelect
          error={errors.fields.parentId}
          label="Below"
          onChange={setParentId}
          outside={unit.id}
          units={props.units}
          value={parentId}
        />
      )}
    </FormDialog>
  );
}
