import {
  Button,
  Menu,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
  makeStyles,
  mergeClasses,
  Text,
  tokens,
} from "@fluentui/react-components";
import { MoreHorizontal20Regular } from "@fluentui/react-icons";
import { type FragmentType, graphql, readFragment } from "../../gql";
import { countOf } from "../../lib/format";
import { navigate } from "../../lib/location";
import { principalKindTitle } from "../../lib/principals";
import { securityPath } from "../../lib/routes";
import { StateBadge } from "../../ui/StateBadge";

const PrincipalRow_principal = graphql(`
  fragment PrincipalRow_principal on Principal {
    id
    name
    userName
    kind
    rights {
      role
      isDisabled
      isDefaultTeam
      revision
      businessUnit {
        id
        name
      }
      manager {
        id
        name
      }
      teams {
        id
        name
      }
      members(first: 20) {
        totalCount
        nodes {
          id
          name
        }
      }
      securityRoles {
        id
        name
      }
      fieldProfiles {
        id
        name
      }
      profile {
        id
        name
      }
    }
    ...UserDialog_principal
    ...TeamDialog_principal
    ...PrincipalRolesDialog_principal
  }
`);

const PHONE = "@media (max-width: 860px)";

const useStyles = makeStyles({
  row: {
    borderTop: `1px solid ${tokens.colorNeutralStroke3}`,
    [PHONE]: {
      display: "grid",
      gridTemplateColumns: "minmax(0, 1fr) auto",
      padding: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalM}`,
      rowGap: "2px",
    },
  },
  cell: {
    textAlign: "left",
    verticalAlign: "top",
    fontWeight: tokens.fontWeightRegular,
    padding: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalM}`,
    overflowWrap: "anywhere",
    [PHONE]: { gridColumn: "1 / -1", padding: 0, display: "flex", gap: tokens.spacingHorizontalS },
  },
  name: { [PHONE]: { gridColumn: "1", display: "block", marginBottom: tokens.spacingVerticalXS } },
  actions: { padding: tokens.spacingVerticalS, [PHONE]: { gridColumn: "2", gridRow: "1", padding: 0 } },
  words: { display: "flex", flexDirection: "column", gap: "2px", minWidth: 0 },
  badges: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalXS },
  quiet: { color: tokens.colorNeutralForeground3 },
  title: { display: "none", [PHONE]: { display: "block", width: "112px", flexShrink: 0 } },
});

export type PrincipalAction = "edit" | "roles" | "delete";

interface PrincipalRowProps {
  principal: FragmentType<typeof PrincipalRow_principal>;
  onAction: (action: PrincipalAction) => void;
}

export function PrincipalRow(props: PrincipalRowProps) {
  const styles = useStyles();
  const principal = readFragment(PrincipalRow_principal, props.principal);
  const rights = principal.rights;
  const user = principal.kind === "USER";
  const names = (list: readonly { name: string }[] | undefined, none: string) => (
    <Names list={list ?? []} none={none} />
  );
  return (
    <tr className={styles.row} data-principal-id={principal.id}>
      <th className={mergeClasses(styles.cell, styles.name)} scope="row">
        <span className={styles.words}>
          <Text weight="semibold">{principal.name}</Text>
          <Text className={styles.quiet} size={200}>
            {user ? principal.userName : principalKindTitle(principal.kind)}
          </Text>
          <span className={styles.badges}>
            {rights?.role === "ADMINISTRATOR" && <StateBadge tone="busy">Administrator</StateBadge>}
            {rights?.isDisabled && <StateBadge tone="warn">Disabled</StateBadge>}
            {rights?.isDefaultTeam && <StateBadge tone="quiet">Team of the unit</StateBadge>}
          </span>
        </span>
      </th>
      <td className={styles.cell}>
        <Title>Business unit</Title>
        <span className={styles.words}>
          <Text size={200}>{rights?.businessUnit.name ?? "Unknown"}</Text>
          {rights?.manager && (
            <Text className={styles.quiet} size={200}>
              Manager: {rights.manager.name}
            </Text>
          )}
        </span>
      </td>
      <td className={styles.cell}>
        <Title>{user ? "Teams" : "Members"}</Title>
        {user ? (
          names(rights?.teams, "No team")
        ) : (
          <Text size={200} title={rights?.members.nodes.map((one) => one.name).join(", ")}>
            {countOf(rights?.members.totalCount ?? 0, "member")}
          </Text>
        )}
      </td>
      <td className={styles.cell}>
        <Title>Roles</Title>
        {names(rights?.securityRoles, "No role")}
      </td>
      <td className={styles.cell}>
        <Title>Field profiles</Title>
        {names(rights?.fieldProfiles, "None")}
      </td>
      <td className={styles.cell}>
        <Title>Profile</Title>
        <Text size={200}>{rights?.profile.name ?? "Unknown"}</Text>
      </td>
      <td className={mergeClasses(styles.cell, styles.actions)}>
        <Menu>
          <MenuTrigger disableButtonEnhancement>
            <Button
              appearance="subtle"
              aria-label={`Actions for ${principal.name}`}
              icon={<MoreHorizontal20Regular />}
            />
          </MenuTrigger>
          <MenuPopover>
            <MenuList>
              <MenuItem onClick={() => props.onAction("edit")}>Edit</MenuItem>
              {principal.kind !== "ACCESS_TEAM" && <MenuItem onClick={() => props.onAction("roles")}>Roles</MenuItem>}
              <MenuItem onClick={() => navigate(securityPath("audit", principal.id))}>History</MenuItem>
              {!user && !rights?.isDefaultTeam && <MenuItem onClick={() => props.onAction("delete")}>Delete</MenuItem>}
            </MenuList>
          </MenuPopover>
        </Menu>
      </td>
    </tr>
  );
}

/** On a phone a value carries the title of its column. */
function Title(props: { children: string }) {
  const styles = useStyles();
  return (
    <Text aria-hidden className={mergeClasses(styles.title, styles.quiet)} size={200}>
      {props.children}
    </Text>
  );
}

/** How many names a cell shows before it counts. */
const FEW = 3;

function Names(props: { list: readonly { name: string }[]; none: string }) {
  const styles = useStyles();
  const { list } = props;
  if (list.length === 0) {
    return (
      <Text className={styles.quiet} size={200}>
        {props.none}
      </Text>
    );
  }
  const rest = list.length - FEW;
  return (
    <Text size={200} title={rest > 0 ? list.map((one) => one.name).join(", ") : undefined}>
      {list
        .slice(0, FEW)
        .map((one) => one.name)
        .join(", ")}
      {rest > 0 && ` and ${rest} more`}
    </Text>
  );
}
