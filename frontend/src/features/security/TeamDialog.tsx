import { Field, Input, Radio, RadioGroup, Text } from "@fluentui/react-components";
import { useState } from "react";
import { useMutation } from "urql";
import { type FragmentType, graphql, readFragment } from "../../gql";
import type { PrincipalKind } from "../../gql/graphql";
import { FormDialog } from "../../ui/FormDialog";
import { MembersLoading } from "../../ui/MembersLoading";
import { useMembers } from "../../ui/useMembers";
import { useNotify } from "../../ui/useNotify";
import { useRefusals } from "../../ui/useRefusals";
import { type PickedPrincipal, PrincipalPicker } from "./PrincipalPicker";
import { UnitSelect, type UnitSelect_unit } from "./UnitSelect";

const TeamDialog_principal = graphql(`
  fragment TeamDialog_principal on Principal {
    id
    name
    kind
    rights {
      isDefaultTeam
      businessUnit {
        id
      }
      revision
    }
  }
`);

const TeamCreateMutation = graphql(`
  mutation TeamCreate($input: TeamCreateInput!) {
    teamCreate(input: $input) {
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

const TeamUpdateMutation = graphql(`
  mutation TeamUpdate($input: TeamUpdateInput!) {
    teamUpdate(input: $input) {
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

const NAMES = ["name", "kind", "businessUnitId", "memberIds"];
const NOBODY: readonly PickedPrincipal[] = [];

interface TeamDialogProps {
  /** Which team is edited; a new one when null. */
  principal: FragmentType<typeof TeamDialog_principal> | null;
  units: readonly FragmentType<typeof UnitSelect_unit>[];
  onClose: () => void;
  onStale: () => void;
}

export function TeamDialog(props: TeamDialogProps) {
  const team = readFragment(TeamDialog_principal, props.principal);
  const rights = team?.rights;
  const [form, setForm] = useState(() => ({
    name: team?.name ?? "",
    kind: team?.kind ?? ("OWNER_TEAM" as PrincipalKind),
    businessUnitId: rights?.businessUnit.id ?? "",
  }));
  const [created, create] = useMutation(TeamCreateMutation);
  const [updated, update] = useMutation(TeamUpdateMutation);
  const { errors, accepted, missing } = useRefusals(NAMES);
  const notify = useNotify();
  const change = (part: Partial<typeof form>) => setForm((was) => ({ ...was, ...part }));
  // The default team of a unit has exactly the unit's users.
  const automatic = rights?.isDefaultTeam ?? false;
  const present = useMembers("Team", team && !automatic ? team.id : null);
  const [chosen, setChosen] = useState<readonly PickedPrincipal[] | null>(null);
  const members = chosen ?? (team && !automatic ? present.members : NOBODY);

  const submit = async () => {
    const name = form.name.trim();
    if (name === "") return missing("name");
    const businessUnitId = form.businessUnitId === "" ? undefined : form.businessUnitId;
    if (!members) return;
    const memberIds = members.map((one) => one.id);
    if (team && rights) {
      const rest = automatic ? {} : { businessUnitId, memberIds };
      const input = { principalId: team.id, expectedRevision: rights.revision, name, ...rest };
      const { data, error } = await update({ input });
      const refusals = data?.teamUpdate.errors;
      if (!accepted(error, refusals)) {
        if (refusals?.some((one) => one.code === "STALE_REVISION")) props.onStale();
        return;
      }
    } else {
      const { data, error } = await create({ input: { name, kind: form.kind, businessUnitId, memberIds } });
      if (!accepted(error, data?.teamCreate.errors)) return;
    }
    notify({ intent: "success", title: team ? `${name} was saved` : `${name} was created` });
    props.onClose();
  };

  return (
    <FormDialog
      busy={created.fetching || updated.fetching || !members}
      problems={errors.general}
      onClose={props.onClose}
      onSubmit={() => void submit()}
      submit={team ? "Save" : "Create"}
      title={team ? `Edit ${team.name}` : "New team"}
    >
      <Field label="Name" required validationMessage={errors.fields.name}>
        <Input autoComplete="off" onChange={(_, data) => change({ name: data.value })} value={form.name} />
      </Field>
      {!team && (
        <Field label="Kind of team" validationMessage={errors.fields.kind}>
          <RadioGroup onChange={(_, data) => change({ kind: data.value as PrincipalKind })} value={form.kind}>
            <Radio label="Owner team: owns records and holds roles" value="OWNER_TEAM" />
            <Radio label="Access team: works with what is shared with it" value="ACCESS_TEAM" />
          </RadioGroup>
        </Field>
      )}
      {automatic ? (
        <Text size={200}>
          This is the team of its business unit: its members are the unit's users, kept up to date by itself.
        </Text>
      ) : (
        <>
          <UnitSelect
            error={errors.fields.businessUnitId}
            onChange={(businessUnitId) => change({ businessUnitId })}
            optional={!team}
            units={props.units}
            value={form.businessUnitId}
          />
          {members ? (
            <PrincipalPicker
              chosen={members}
              error={errors.fields.memberIds}
              kind="USER"
              label="Members"
              onChange={setChosen}
            />
          ) : (
            <MembersLoading error={present.error} onRetry={present.retry} />
          )}
        </>
      )}
    </FormDialog>
  );
}
