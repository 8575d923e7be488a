import { Button, makeStyles, Text, tokens } from "@fluentui/react-components";
import { People16Regular, Person16Regular } from "@fluentui/react-icons";
import { useState } from "react";
import { type FragmentType, graphql, readFragment } from "../../gql";
import { principalKindTitle } from "../../lib/principals";

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

const FEW = 12;

interface PrincipalTagsProps {
  /** Names the list. */
  label: string;
  principals: readonly FragmentType<typeof PrincipalTags_principal>[];
  nobody: string;
}

/** Users and teams by name; a long list is folded. */
export function PrincipalTags(props: PrincipalTagsProps) {
  const styles = useStyles();
  const principals = readFragment(PrincipalTags_principal, props.principals);
  const [all, setAll] = useState(false);
  if (principals.length === 0) {
    return (
      <Text className={styles.quiet} size={200}>
        {props.nobody}
      </Text>
    );
  }
  const shown = all ? principals : principals.slice(0, FEW);
  const rest = principals.length - shown.length;
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
          <Button appearance="transparent" onClick={() => setAll(true)} size="small">
            Show {rest} more
          </Button>
        </li>
      )}
    </ul>
  );
}
