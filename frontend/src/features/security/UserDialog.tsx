import { Checkbox, Field, Input, Radio, RadioGroup } from "@fluentui/react-components";
import { useState } from "react";
import { useMutation } from "urql";
import { type FragmentType, graphql, readFragment } from "../../gql";
import type { Role } from "../../gql/graphql";
import { FormDialog } from "../../ui/FormDialog";
import { useNotify } from "../../ui/useNotify";
import { useRefusals } from "../../ui/useRefusals";
import { type PickedPrincipal, PrincipalPicker } from "./PrincipalPicker";
import { UnitSelect, type UnitSelect_unit } from "./UnitSelect";

const UserDialog_principal = graphql(`
  fragment UserDialog_principal on Principal {
    id
    name
    userName
    rights {
      role
      isDisabled
      businessUnit {
        id
      }
      manager {
        id
        name
      }
      revision
    }
  }
`);

const UserCreateMutation = graphql(`
  mutation UserCreate($input: UserCreateInput!) {
    userCreate(input: $input) {
      principal {
        id
        ...PrincipalRow_principal
      }
      errors {
        code
        message
        path
      }
    }
  }
`);

const UserUpdateMutation = graphql(`
  mutation UserUpdate($input: UserUpdateInput!) {
    userUpdate(input: $input) {
      principal {
        id
        ...PrincipalRow_principal
      }
      errors {
        code
        message
        path
      }
    }
  }
`);

const NAMES = ["userName", "name", "password", "role", "businessUnitId", "managerId", "isDisabled"];

interface UserDialogProps {
  /** Who is edited; a new user when null. */
  principal: FragmentType<typeof UserDialog_principal> | null;
  units: readonly FragmentType<typeof UnitSelect_unit>[];
  onClose: () => void;
  onStale: () => void;
}

export function UserDialog(props: UserDialogProps) {
  const user = readFragment(UserDialog_principal, props.principal);
  const rights = user?.rights;
  const [form, setForm] = useState(() => ({
    userName: "",
    password: "",
    name: user?.name ?? "",
    role: rights?.role ?? ("USER" as Role),
    businessUnitId: rights?.businessUnit.id ?? "",
    managers: (rights?.manager ? [{ id: rights.manager.id, name: rights.manager.name }] : []) as PickedPrincipal[],
    isDisabled: rights?.isDisabled ?? false,
  }));
  const [created, create] = useMutation(UserCreateMutation);
  const [updated, update] = useMutation(UserUpdateMutation);
  const { errors, accepted, missing } = useRefusals(NAMES);
  const notify = useNotify();
  const change = (part: Partial<typeof form>) => setForm((was) => ({ ...was, ...part }));

  const submit = async () => {
    const name = form.name.trim();
    const userName = form.userName.trim();
    if (!user && userName === "") return missing("userName");
    if (name === "") return missing("name");
    const common = {
      name,
      role: form.role,
      // The server chooses the root for a new user without a unit.
      businessUnitId: form.businessUnitId === "" ? undefined : form.businessUnitId,
      managerId: form.managers[0]?.id ?? null,
    };
    if (user && rights) {
      const input = { principalId: user.id, expectedRevision: rights.revision, isDisabled: form.isDisabled, ...common };
      const { data, error } = await update({ input });
      const refusals = data?.userUpdate.errors;
      if (!accepted(error, refusals)) {
        if (refusals?.some((one) => one.code === "STALE_REVISION")) props.onStale();
        return;
      }
    } else {
      const password = form.password === "" ? undefined : form.password;
      const { data, error } = await create({ input: { userName, password, ...common } });
      if (!accepted(error, data?.userCreate.errors)) return;
    }
    notify({ intent: "success", title: user ? `${name} was saved` : `${name} was created` });
    props.onClose();
  };

  return (
    <FormDialog
      busy={created.fetching || updated.fetching}
      problems={errors.general}
      onClose={props.onClose}
      onSubmit={() => void submit()}
      submit={user ? "Save" : "Create"}
      title={user ? `Edit ${user.name}` : "New user"}
    >
      {!user && (
        <Field label="User name" required validationMessage={errors.fields.userName}>
          <Input autoComplete="off" onChange={(_, data) => change({ userName: data.value })} value={form.userName} />
        </Field>
      )}
      <Field label="Name" required validationMessage={errors.fields.name}>
        <Input autoComplete="off" onChange={(_, data) => change({ name: data.value })} value={form.name} />
      </Field>
      {!user && (
        <Field
          hint="Leave empty for somebody who signs in with another service."
          label="Password"
          validationMessage={errors.fields.password}
        >
          <Input
            autoComplete="new-password"
            onChange={(_, data) => change({ password: data.value })}
            type="password"
            value={form.password}
          />
        </Field>
      )}
      <UnitSelect
        error={errors.fields.businessUnitId}
        onChange={(businessUnitId) => change({ businessUnitId })}
        optional={!user}
        units={props.units}
        value={form.businessUnitId}
      />
      <PrincipalPicker
        chosen={form.managers}
        error={errors.fields.managerId}
        except={user?.id}
        kind="USER"
        label="Manager"
        onChange={(managers) => change({ managers })}
        single
      />
      <Field label="In Fieldsync" validationMessage={errors.fields.role}>
        <RadioGroup onChange={(_, data) => change({ role: data.value as Role })} value={form.role}>
          <Radio label="User: reaches what the security roles allow" value="USER" />
          <Radio label="Administrator: reaches and changes everything" value="ADMINISTRATOR" />
        </RadioGroup>
      </Field>
      {user && (
        <Field validationMessage={errors.fields.isDisabled}>
          <Checkbox
            checked={form.isDisabled}
            label="Disabled: may not sign in, and nothing syncs"
            onChange={(_, data) => change({ isDisabled: data.checked === true })}
          />
        </Field>
      )}
    </FormDialog>
  );
}
