import { Button, makeStyles, mergeClasses, SearchBox, Select, tokens } from "@fluentui/react-components";
import { Add20Regular } from "@fluentui/react-icons";
import { useState } from "react";
import { useMutation, useQuery } from "urql";
import { graphql } from "../../gql";
import type { PrincipalKind } from "../../gql/graphql";
import { formatNumber } from "../../lib/format";
import { principalKindTitle } from "../../lib/principals";
import { errorMessage } from "../../lib/serverErrors";
import { DeleteDialog } from "../../ui/DeleteDialog";
import { LoadMore } from "../../ui/LoadMore";
import { EmptyState, ErrorState, LoadingRows } from "../../ui/PageStates";
import { useKept } from "../../ui/useKept";
import { useSettled } from "../../ui/useSettled";
import { PrincipalRolesDialog } from "./PrincipalRolesDialog";
import { type PrincipalAction, PrincipalRow } from "./PrincipalRow";
import { TeamDialog } from "./TeamDialog";
import { UserDialog } from "./UserDialog";

const PeopleTabQuery = graphql(`
  query PeopleTab($first: Int!, $search: String, $kind: PrincipalKind) {
    principals(first: $first, search: $search, kind: $kind) {
      totalCount
      pageInfo {
        hasNextPage
      }
      nodes {
        id
        name
        kind
        rights {
          revision
        }
        ...PrincipalRow_principal
        ...UserDialog_principal
        ...TeamDialog_principal
        ...PrincipalRolesDialog_principal
      }
    }
    businessUnits(first: 1000) {
      nodes {
        id
        ...UnitSelect_unit
      }
    }
  }
`);

const TeamDeleteMutation = graphql(`
  mutation TeamDelete($input: TeamDeleteInput!) {
    teamDelete(input: $input) {
      principalId
      errors {
        code
        message
      }
    }
  }
`);

const STEP = 50;
const KINDS: readonly PrincipalKind[] = ["USER", "OWNER_TEAM", "ACCESS_TEAM"];
const PHONE = "@media (max-width: 860px)";

const useStyles = makeStyles({
  bar: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: tokens.spacingHorizontalM },
  search: { flex: "1 1 200px", minWidth: 0, maxWidth: "360px", "@media (max-width: 640px)": { maxWidth: "none" } },
  buttons: { display: "flex", gap: tokens.spacingHorizontalS, marginLeft: "auto" },
  frame: {
    borderRadius: tokens.borderRadiusXLarge,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground1,
    overflow: "clip",
  },
  table: { width: "100%", borderCollapse: "collapse", tableLayout: "fixed", [PHONE]: { display: "block" } },
  titles: { [PHONE]: { display: "none" } },
  body: { [PHONE]: { display: "block" } },
  head: {
    textAlign: "left",
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalM}`,
    fontSize: tokens.fontSizeBase200,
    fontWeight: tokens.fontWeightSemibold,
    color: tokens.colorNeutralForeground3,
  },
  name: { width: "22%" },
  actions: { width: "48px" },
});

type Open = { what: "new-user" | "new-team" } | { what: PrincipalAction; id: string };

export function PeopleTab() {
  const styles = useStyles();
  const [first, setFirst] = useState(STEP);
  const [typed, setTyped] = useState("");
  const [kind, setKind] = useState<PrincipalKind | "">("");
  const [open, setOpen] = useState<Open | null>(null);
  const search = useSettled(typed.trim());
  const variables = { first, search: search === "" ? null : search, kind: kind === "" ? null : kind };
  const [{ data: latest, error, fetching }, refetch] = useQuery({ query: PeopleTabQuery, variables });
  const [, remove] = useMutation(TeamDeleteMutation);
  const data = useKept(latest);
  const reload = () => refetch({ requestPolicy: "network-only" });
  const close = () => setOpen(null);

  const find = (id: string) => data?.principals.nodes.find((one) => one.id === id);
  const chosen = open && "id" in open ? find(open.id) : undefined;
  const filtering = search !== "" || kind !== "";

  return (
    <>
      <div className={styles.bar}>
        <SearchBox
          aria-label="Search users and teams"
          className={styles.search}
          onChange={(_, change) => {
            setTyped(change.value);
            setFirst(STEP);
          }}
          placeholder="Search users and teams"
          value={typed}
        />
        <Select
          aria-label="Users or teams"
          onChange={(_, change) => {
            setKind(change.value as PrincipalKind | "");
            setFirst(STEP);
          }}
          value={kind}
        >
          <option value="">Users and teams</option>
          {KINDS.map((one) => (
            <option key={one} value={one}>
              {principalKindTitle(one)}s
            </option>
          ))}
        </Select>
        <div className={styles.buttons}>
          <Button icon={<Add20Regular />} onClick={() => setOpen({ what: "new-team" })}>
            New team
          </Button>
          <Button appearance="primary" icon={<Add20Regular />} onClick={() => setOpen({ what: "new-user" })}>
            New user
          </Button>
        </div>
      </div>
      {!data ? (
        error ? (
          <ErrorState message={errorMessage(error)} onRetry={reload} title="The people could not be loaded" />
        ) : (
          <LoadingRows height={56} label="Loading the people" />
        )
      ) : data.principals.nodes.length === 0 ? (
        filtering ? (
          <EmptyState
            action={
              <Button
                onClick={() => {
                  setTyped("");
                  setKind("");
                }}
              >
                Clear the search
              </Button>
            }
            title="Nobody fits"
          >
            No user and no team fits the search.
          </EmptyState>
        ) : (
          <EmptyState title="Nobody here yet">Make a user, or let people sign in.</EmptyState>
        )
      ) : (
        <>
          <div className={styles.frame}>
            <table aria-busy={fetching} aria-label="Users and teams" className={styles.table}>
              <thead className={styles.titles}>
                <tr>
                  <th className={mergeClasses(styles.head, styles.name)} scope="col">
                    Name
                  </th>
                  <th className={styles.head} scope="col">
                    Business unit
                  </th>
                  <th className={styles.head} scope="col">
                    Teams or members
                  </th>
                  <th className={styles.head} scope="col">
                    Roles
                  </th>
                  <th className={styles.head} scope="col">
                    Field profiles
                  </th>
                  <th className={styles.head} scope="col">
                    Profile
                  </th>
                  <td className={styles.actions} />
                </tr>
              </thead>
              <tbody className={styles.body}>
                {data.principals.nodes.map((one) => (
                  <PrincipalRow key={one.id} onAction={(what) => setOpen({ what, id: one.id })} principal={one} />
                ))}
              </tbody>
            </table>
          </div>
          <LoadMore
            busy={fetching}
            first={first}
            hasMore={data.principals.pageInfo.hasNextPage}
            left={formatNumber(data.principals.totalCount - data.principals.nodes.length)}
            onMore={setFirst}
            step={STEP}
          />
        </>
      )}
      {data && open?.what === "new-user" && (
        <UserDialog onClose={close} onStale={reload} principal={null} units={data.businessUnits.nodes} />
      )}
      {data && open?.what === "new-team" && (
        <TeamDialog onClose={close} onStale={reload} principal={null} units={data.businessUnits.nodes} />
      )}
      {data && chosen && open?.what === "edit" && chosen.kind === "USER" && (
        <UserDialog onClose={close} onStale={reload} principal={chosen} units={data.businessUnits.nodes} />
      )}
      {data && chosen && open?.what === "edit" && chosen.kind !== "USER" && (
        <TeamDialog onClose={close} onStale={reload} principal={chosen} units={data.businessUnits.nodes} />
      )}
      {chosen && open?.what === "roles" && <PrincipalRolesDialog onClose={close} onStale={reload} principal={chosen} />}
      {chosen && open?.what === "delete" && (
        <DeleteDialog
          name={chosen.name}
          onClose={close}
          onDeleted={reload}
          onStale={reload}
          run={async () => {
            const input = { principalId: chosen.id, expectedRevision: chosen.rights?.revision ?? 0 };
            const answer = await remove({ input });
            return { error: answer.error, refusals: answer.data?.teamDelete.errors };
          }}
        >
          Its members lose what the team's roles, shares and field profiles gave them.
        </DeleteDialog>
      )}
    </>
  );
}
