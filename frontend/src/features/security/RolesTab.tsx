import { Button } from "@fluentui/react-components";
import { Add20Regular } from "@fluentui/react-icons";
import { useState } from "react";
import { useQuery } from "urql";
import { graphql } from "../../gql";
import { navigate } from "../../lib/location";
import { securityPath } from "../../lib/routes";
import { errorMessage } from "../../lib/serverErrors";
import { EmptyState, ErrorState, LoadingRows } from "../../ui/PageStates";
import { useKept } from "../../ui/useKept";
import { useRoleDrafts } from "./drafts";
import { CreateRoleDialog } from "./RoleDialog";
import { RolePanel } from "./RolePanel";
import { SidePicker } from "./SidePicker";

const RolesTabQuery = graphql(`
  query RolesTab {
    securityRoles(first: 500) {
      nodes {
        id
        name
        description
        inheritance
        ...RolePanel_role
      }
    }
  }
`);

export function RolesTab(props: { id: string | null }) {
  const [{ data: latest, error }, refetch] = useQuery({ query: RolesTabQuery });
  const data = useKept(latest);
  const { drafts } = useRoleDrafts();
  // What a new role starts from; null while none is being made.
  const [creating, setCreating] = useState<{ copyOf: string | null } | null>(null);
  const reload = () => refetch({ requestPolicy: "network-only" });

  if (!data) {
    return error ? (
      <ErrorState message={errorMessage(error)} onRetry={reload} title="The roles could not be loaded" />
    ) : (
      <LoadingRows height={40} label="Loading the roles" />
    );
  }
  const roles = data.securityRoles.nodes;
  const role = props.id === null ? roles[0] : roles.find((one) => one.id === props.id);
  return (
    <>
      <SidePicker
        action={
          <Button
            aria-label="New role"
            icon={<Add20Regular />}
            onClick={() => setCreating({ copyOf: null })}
            size="small"
          >
            New
          </Button>
        }
        current={role?.id ?? null}
        items={roles.map((one) => ({
          id: one.id,
          name: one.name,
          path: securityPath("roles", one.id),
          changed: drafts.has(one.id),
        }))}
        one="Security role"
        title="Security roles"
      >
        {role ? (
          <RolePanel key={role.id} onCopy={() => setCreating({ copyOf: role.id })} onReload={reload} role={role} />
        ) : roles.length === 0 ? (
          <EmptyState title="No security role yet">Without one, only administrators reach any record.</EmptyState>
        ) : (
          <EmptyState title="There is no such role">It may have been deleted; choose another one.</EmptyState>
        )}
      </SidePicker>
      {creating && (
        <CreateRoleDialog
          copyOf={creating.copyOf}
          onClose={() => setCreating(null)}
          onCreated={(id) => {
            reload();
            navigate(securityPath("roles", id));
          }}
          roles={roles}
        />
      )}
    </>
  );
}
