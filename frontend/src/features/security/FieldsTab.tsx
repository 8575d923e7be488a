import { Button, MessageBar, MessageBarBody } from "@fluentui/react-components";
import { Add20Regular } from "@fluentui/react-icons";
import { useState } from "react";
import { useQuery } from "urql";
import { graphql } from "../../gql";
import type { RecordKind } from "../../gql/graphql";
import { navigate } from "../../lib/location";
import { securityPath } from "../../lib/routes";
import { errorMessage } from "../../lib/serverErrors";
import { EmptyState, ErrorState, LoadingRows } from "../../ui/PageStates";
import { useKept } from "../../ui/useKept";
import { ColumnsPanel } from "./ColumnsPanel";
import { useFieldDrafts } from "./drafts";
import { CreateFieldProfileDialog } from "./FieldProfileDialogs";
import { FieldProfilePanel } from "./FieldProfilePanel";
import { SidePicker } from "./SidePicker";

const FieldsTabQuery = graphql(`
  query FieldsTab {
    fieldProfiles(first: 700) {
      nodes {
        id
        name
        ...FieldProfilePanel_fieldProfile
        ...ColumnsPanel_fieldProfile
      }
    }
  }
`);

export function FieldsTab(props: { id: string | null }) {
  const [{ data: latest, error }, refetch] = useQuery({ query: FieldsTabQuery });
  const data = useKept(latest);
  const { drafts } = useFieldDrafts();
  const [kind, setKind] = useState<RecordKind>("CONTACT");
  const [creating, setCreating] = useState(false);
  const reload = () => refetch({ requestPolicy: "network-only" });

  if (!data) {
    return error ? (
      <ErrorState message={errorMessage(error)} onRetry={reload} title="The field profiles could not be loaded" />
    ) : (
      <LoadingRows height={40} label="Loading the field profiles" />
    );
  }
  const profiles = data.fieldProfiles.nodes;
  const profile = props.id === null ? profiles[0] : profiles.find((one) => one.id === props.id);
  return (
    <>
      <SidePicker
        action={
          <Button aria-label="New field profile" icon={<Add20Regular />} onClick={() => setCreating(true)} size="small">
            New
          </Button>
        }
        current={profile?.id ?? null}
        items={profiles.map((one) => ({
          id: one.id,
          name: one.name,
          path: securityPath("fields", one.id),
          changed: drafts.has(one.id),
        }))}
        one="Field profile"
        title="Field profiles"
      >
        {profile ? (
          <FieldProfilePanel fieldProfile={profile} key={profile.id} onReload={reload} />
        ) : profiles.length === 0 ? (
          <MessageBar intent="info" layout="multiline">
            <MessageBarBody>
              There is no field profile yet: what is secured, only administrators reach. Make one to let others in.
            </MessageBarBody>
          </MessageBar>
        ) : (
          <EmptyState title="There is no such field profile">It may have been deleted; choose another one.</EmptyState>
        )}
        <ColumnsPanel
          edited={profile?.id ?? null}
          fieldProfiles={profiles}
          key={kind}
          kind={kind}
          onKind={setKind}
          onReload={reload}
        />
      </SidePicker>
      {creating && (
        <CreateFieldProfileDialog
          onClose={() => setCreating(false)}
          onCreated={(id) => {
            reload();
            navigate(securityPath("fields", id));
          }}
        />
      )}
    </>
  );
}
