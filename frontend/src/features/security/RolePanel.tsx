import { Button } from "@fluentui/react-components";
import { Copy20Regular, Delete20Regular, Edit20Regular, History20Regular } from "@fluentui/react-icons";
import { useState } from "react";
import { useMutation } from "urql";
import { type FragmentType, graphql, readFragment } from "../../gql";
import { countOf } from "../../lib/format";
import { navigate } from "../../lib/location";
import { EMPTY_ROLE_DRAFT, openWishes, type PrivilegeLevel, savedLevels, wishLevel } from "../../lib/roleDraft";
import { securityPath } from "../../lib/routes";
import { errorMessage } from "../../lib/serverErrors";
import { DeleteDialog } from "../../ui/DeleteDialog";
import { Link } from "../../ui/Link";
import { SaveBar } from "../../ui/SaveBar";
import { Section } from "../../ui/Section";
import { useNotify } from "../../ui/useNotify";
import { useRoleDrafts } from "./drafts";
import { LevelLegend } from "./LevelLegend";
import { PrincipalTags } from "./PrincipalTags";
import { EditRoleDialog } from "./RoleDialog";
import { RoleMatrix } from "./RoleMatrix";

const RolePanel_role = graphql(`
  fragment RolePanel_role on SecurityRole {
    id
    name
    description
    inheritance
    revision
    privileges {
      kind
      privilege
      level
    }
    holders(first: 12) {
      totalCount
      nodes {
        id
        ...PrincipalTags_principal
      }
    }
    ...RoleMatrix_role
    ...RoleDialog_role
  }
`);

const SecurityRoleUpdateMutation = graphql(`
  mutation SecurityRoleUpdate($input: SecurityRoleUpdateInput!) {
    securityRoleUpdate(input: $input) {
      securityRole {
        id
        ...RolePanel_role
      }
      errors {
        code
        message
      }
    }
  }
`);

const SecurityRoleDeleteMutation = graphql(`
  mutation SecurityRoleDelete($input: SecurityRoleDeleteInput!) {
    securityRoleDelete(input: $input) {
      roleId
      errors {
        code
        message
      }
    }
  }
`);

interface RolePanelProps {
  role: FragmentType<typeof RolePanel_role>;
  onCopy: () => void;
  onReload: () => void;
}

export function RolePanel(props: RolePanelProps) {
  const role = readFragment(RolePanel_role, props.role);
  const { drafts, setDraft } = useRoleDrafts();
  const [dialog, setDialog] = useState<"edit" | "delete" | null>(null);
  const [staleAt, setStaleAt] = useState<number | null>(null);
  const [{ fetching }, update] = useMutation(SecurityRoleUpdateMutation);
  const [, remove] = useMutation(SecurityRoleDeleteMutation);
  const notify = useNotify();

  const saved = savedLevels(role.privileges);
  const draft = drafts.get(role.id) ?? EMPTY_ROLE_DRAFT;
  const wishes = openWishes(draft, saved);
  const wish = (one: PrivilegeLevel) => setDraft(role.id, wishLevel(draft, saved, one));

  const save = async () => {
    const input = { roleId: role.id, privileges: wishes, expectedRevision: role.revision };
    const { data, error } = await update({ input });
    const refusal = data?.securityRoleUpdate.errors[0];
    if (refusal?.code === "STALE_REVISION") {
      setStaleAt(role.revision);
      return;
    }
    const problem = error ? errorMessage(error) : refusal?.message;
    if (problem) {
      notify({ intent: "error", title: `${role.name} was not saved`, body: problem });
      return;
    }
    setDraft(role.id, EMPTY_ROLE_DRAFT);
    notify({ intent: "success", title: `${role.name} was saved`, body: `${countOf(wishes.length, "level")} changed.` });
  };

  return (
    <>
      <Section
        actions={
          <>
            <Button icon={<Edit20Regular />} onClick={() => setDialog("edit")} size="small">
              Edit
            </Button>
            <Button icon={<Copy20Regular />} onClick={props.onCopy} size="small">
              Copy
            </Button>
            <Button icon={<History20Regular />} onClick={() => navigate(securityPath("audit", role.id))} size="small">
              History
            </Button>
            <Button icon={<Delete20Regular />} onClick={() => setDialog("delete")} size="small">
              Delete
            </Button>
          </>
        }
        lead={
          <>
            {role.description && `${role.description} `}
            {role.inheritance === "TEAM_ONLY"
              ? "Given to a team, user level reaches the team's records alone."
              : "Given to a team, user level reaches the members' own records too."}
          </>
        }
        title={role.name}
      >
        <LevelLegend />
        <RoleMatrix draft={draft} onWish={wish} role={role} />
      </Section>
      <Section
        lead={
          <>
            Roles are given under <Link to={securityPath("people")}>People</Link>.
          </>
        }
        title={`Who holds it (${role.holders.totalCount})`}
      >
        <PrincipalTags
          id={role.id}
          key={role.revision}
          label={`Holders of ${role.name}`}
          members={role.holders}
          nobody="Nobody holds this role."
          of="SecurityRole"
        />
      </Section>
      <SaveBar
        busy={fetching}
        count={wishes.length}
        name={role.name}
        onDiscard={() => {
          setDraft(role.id, EMPTY_ROLE_DRAFT);
          if (staleAt === role.revision) props.onReload();
        }}
        onReload={props.onReload}
        onSave={() => void save()}
        stale={staleAt === role.revision}
      />
      {dialog === "edit" && <EditRoleDialog onClose={() => setDialog(null)} onStale={props.onReload} role={role} />}
      {dialog === "delete" && (
        <DeleteDialog
          name={role.name}
          onClose={() => setDialog(null)}
          onDeleted={() => {
            setDraft(role.id, EMPTY_ROLE_DRAFT);
            navigate(securityPath("roles"), "replace");
          }}
          onStale={props.onReload}
          run={async () => {
            const input = { roleId: role.id, expectedRevision: role.revision };
            const { data, error } = await remove({ input });
            return { error, refusals: data?.securityRoleDelete.errors };
          }}
        >
          {role.holders.totalCount > 0
            ? `${countOf(role.holders.totalCount, "user or team", "users and teams")} would lose what it allows.`
            : "Nobody holds it."}
        </DeleteDialog>
      )}
    </>
  );
}
