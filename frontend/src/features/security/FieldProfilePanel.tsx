import { Button } from "@fluentui/react-components";
import { Delete20Regular, Edit20Regular, History20Regular } from "@fluentui/react-icons";
import { useState } from "react";
import { useMutation } from "urql";
import { type FragmentType, graphql, readFragment } from "../../gql";
import { EMPTY_FIELD_DRAFT } from "../../lib/fieldRights";
import { countOf } from "../../lib/format";
import { navigate } from "../../lib/location";
import { securityPath } from "../../lib/routes";
import { DeleteDialog } from "../../ui/DeleteDialog";
import { Section } from "../../ui/Section";
import { useFieldDrafts } from "./drafts";
import { EditFieldProfileDialog } from "./FieldProfileDialogs";
import { PrincipalTags } from "./PrincipalTags";

const FieldProfilePanel_fieldProfile = graphql(`
  fragment FieldProfilePanel_fieldProfile on FieldProfile {
    id
    name
    description
    revision
    members(first: 12) {
      totalCount
      nodes {
        id
        ...PrincipalTags_principal
      }
    }
    ...FieldProfileDialogs_fieldProfile
  }
`);

const FieldProfileDeleteMutation = graphql(`
  mutation FieldProfileDelete($input: FieldProfileDeleteInput!) {
    fieldProfileDelete(input: $input) {
      fieldProfileId
      errors {
        code
        message
      }
    }
  }
`);

interface FieldProfilePanelProps {
  fieldProfile: FragmentType<typeof FieldProfilePanel_fieldProfile>;
  onReload: () => void;
}

/** Who a field profile is for; what it allows stands in the matrix below. */
export function FieldProfilePanel(props: FieldProfilePanelProps) {
  const profile = readFragment(FieldProfilePanel_fieldProfile, props.fieldProfile);
  const [dialog, setDialog] = useState<"edit" | "delete" | null>(null);
  const [, remove] = useMutation(FieldProfileDeleteMutation);
  const { setDraft } = useFieldDrafts();
  const count = profile.members.totalCount;
  return (
    <Section
      actions={
        <>
          <Button icon={<Edit20Regular />} onClick={() => setDialog("edit")} size="small">
            Edit and members
          </Button>
          <Button icon={<History20Regular />} onClick={() => navigate(securityPath("audit", profile.id))} size="small">
            History
          </Button>
          <Button icon={<Delete20Regular />} onClick={() => setDialog("delete")} size="small">
            Delete
          </Button>
        </>
      }
      lead={profile.description || null}
      title={profile.name}
    >
      <PrincipalTags
        id={profile.id}
        key={profile.revision}
        label={`Members of ${profile.name}`}
        members={profile.members}
        nobody="No members yet: what it allows reaches nobody."
        of="FieldProfile"
      />
      {dialog === "edit" && (
        <EditFieldProfileDialog fieldProfile={profile} onClose={() => setDialog(null)} onStale={props.onReload} />
      )}
      {dialog === "delete" && (
        <DeleteDialog
          name={profile.name}
          onClose={() => setDialog(null)}
          onDeleted={() => {
            setDraft(profile.id, EMPTY_FIELD_DRAFT);
            navigate(securityPath("fields"), "replace");
          }}
          onStale={props.onReload}
          run={async () => {
            const input = { fieldProfileId: profile.id, expectedRevision: profile.revision };
            const { data, error } = await remove({ input });
            return { error, refusals: data?.fieldProfileDelete.errors };
          }}
        >
          {count > 0
            ? `${countOf(count, "user or team", "users and teams")} would lose what it opens, unless another field profile opens it too.`
            : "It has no members."}
        </DeleteDialog>
      )}
    </Section>
  );
}
