import { Button, makeStyles, Text, tokens } from "@fluentui/react-components";
import { People16Regular, Person16Regular } from "@fluentui/react-icons";
import { useState } from "react";
import { type FragmentType, graphql, readFragment } from "../../gql";
import { principalKindTitle } from "../../lib/principals";
import { type MembersOf, useMembers } from "../../ui/useMembers";

const PrincipalTags_principal = graphql(`
  fragment PrincipalTags_principal on Principal {
    id
    name
    kind
  }
`);

const useStyles = makeStyles({
  list: {
    listStyleType: "none",
    margin: 0,
    padding: 0,
    display: "flex",
    flexWrap: "wrap",
    gap: tokens.spacingHorizontalS,
  },
  one: {
    display: "inline-flex",
    alignItems: "center",
    gap: tokens.spacingHorizontalXS,
    maxWidth: "min(280px, 100%)",
    padding: `2px ${tokens.spacingHorizontalS}`,
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground3,
    fontSize: tokens.fontSizeBase200,
    "& svg": { flexShrink: 0 },
  },
  name: { overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" },
  quiet: { color: tokens.colorNeutralForeground3 },
});

interface PrincipalTagsProps {
  /** Names the list. */
  label: string;
  of: MembersOf;
  id: string;
  /** The first dozen, and how many there are. */
  members: { totalCount: number; nodes: readonly FragmentType<typeof PrincipalTags_principal>[] };
  nobody: string;
}

/** Users and teams by name; the rest of a long list is read when somebody wants to see it. */
export function PrincipalTags(props: PrincipalTagsProps) {
  const styles = useStyles();
  const few = readFragment(PrincipalTags_principal, props.members.nodes);
  const [all, setAll] = useState(false);
  const whole = useMembers(props.of, all ? props.id : null);
  if (few.length === 0) {
    return (
      <Text className={styles.quiet} size={200}>
        {props.nobody}
      </Text>
    );
  }
  const shown = whole.members ?? few;
  const rest = whole.members ? 0 : props.members.totalCount - few.length;
  return (
    <ul aria-label={props.label} className={styles.list}>
      {shown.map((one) => (
        <li className={styles.one} key={one.id} title={`${one.name} (${principalKindTitle(one.kind)})`}>
          {one.kind === "USER" ? <Person16Regular /> : <People16Regular />}
          <span className={styles.name}>{one.name}</span>
        </li>
      ))}
      {rest > 0 && (
        <li>
          <Button
            appearance="transparent"
            disabled={all && !whole.error}
            onClick={whole.error ? whole.retry : () => setAll(true)}
            size="small"
          >
            {whole.error ? "Try again to show" : "Show"} {rest} more
          </Button>
        </li>
      )}
    </ul>
  );
}
