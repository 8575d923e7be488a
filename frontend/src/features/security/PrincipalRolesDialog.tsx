import { Checkbox, MessageBar, MessageBarBody, makeStyles, tokens } from "@fluentui/react-components";
import { useState } from "react";
import { useMutation, useQuery } from "urql";
import { type FragmentType, graphql, readFragment } from "../../gql";
import { errorMessage } from "../../lib/serverErrors";
import { FormDialog } from "../../ui/FormDialog";
import { ErrorState, LoadingRows } from "../../ui/PageStates";
import { useNotify } from "../../ui/useNotify";
import { useRefusals } from "../../ui/useRefusals";

const PrincipalRolesDialog_principal = graphql(`
  fragment PrincipalRolesDialog_principal on Principal {
    id
    name
    rights {
      securityRoles {
        id
      }
      revision
    }
  }
`);

const RoleChoicesQuery = graphql(`
  query RoleChoices {
    securityRoles(first: 1000) {
      nodes {
        id
        name
        description
      }
    }
  }
`);

const PrincipalRolesSetMutation = graphql(`
  mutation PrincipalRolesSet($input: PrincipalRolesSetInput!) {
    principalRolesSet(input: $input) {
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

const useStyles = makeStyles({
  list: { display: "flex", flexDirection: "column", border: "none", margin: 0, padding: 0, minWidth: 0 },
  role: { overflowWrap: "anywhere" },
  quiet: { color: tokens.colorNeutralForeground3 },
});

interface PrincipalRolesDialogProps {
  principal: FragmentType<typeof PrincipalRolesDialog_principal>;
  onClose: () => void;
  onStale: () => void;
}

/** Which roles a user or a team holds directly. */
export function PrincipalRolesDialog(props: PrincipalRolesDialogProps) {
  const styles = useStyles();
  const principal = readFragment(PrincipalRolesDialog_principal, props.principal);
  const rights = principal.rights;
  const [{ data, error }, refetch] = useQuery({ query: RoleChoicesQuery });
  const [held, setHeld] = useState(() => new Set(rights?.securityRoles.map((one) => one.id)));
  const [{ fetching }, set] = useMutation(PrincipalRolesSetMutation);
  const { errors, accepted } = useRefusals(["roleIds"]);
  const notify = useNotify();

  const turn = (id: string) => {
    const next = new Set(held);
    if (!next.delete(id)) next.add(id);
    setHeld(next);
  };
  const submit = async () => {
    if (!rights) return;
    const input = { principalId: principal.id, roleIds: [...held], expectedRevision: rights.revision };
    const answer = await set({ input });
    const refusals = answer.data?.principalRolesSet.errors;
    if (!accepted(answer.error, refusals)) {
      if (refusals?.some((one) => one.code === "STALE_REVISION")) props.onStale();
      return;
    }
    notify({ intent: "success", title: `The roles of ${principal.name} were saved` });
    props.onClose();
  };

  return (
    <FormDialog
      busy={fetching || !data}
      problems={errors.general}
      onClose={props.onClose}
      onSubmit={() => void submit()}
      submit="Save"
      title={`Roles of ${principal.name}`}
    >
      {data ? (
        <>
          {errors.fields.roleIds && (
            <MessageBar intent="error" layout="multiline" role="alert">
              <MessageBarBody>{errors.fields.roleIds}</MessageBarBody>
            </MessageBar>
          )}
          <fieldset aria-label="Security roles" className={styles.list}>
            {data.securityRoles.nodes.map((role) => (
              <Checkbox
                checked={held.has(role.id)}
                className={styles.role}
                key={role.id}
                label={
                  <>
                    {role.name} {role.description && <span className={styles.quiet}>{role.description}</span>}
                  </>
                }
                onChange={() => turn(role.id)}
              />
            ))}
            {data.securityRoles.nodes.length === 0 && (
              <span className={styles.quiet}>There is no security role yet.</span>
            )}
          </fieldset>
          <span className={styles.quiet}>What comes from a team is given to the team.</span>
        </>
      ) : error ? (
        <ErrorState
          message={errorMessage(error)}
          onRetry={() => refetch({ requestPolicy: "network-only" })}
          title="The roles could not be loaded"
        />
      ) : (
        <LoadingRows label="Loading the roles" rows={4} />
      )}
    </FormDialog>
  );
}
