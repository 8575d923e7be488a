import { Button, makeStyles, Text, tokens } from "@fluentui/react-components";
import { type FragmentType, graphql, readFragment } from "../../gql";
import { affectedPeople, isOfField } from "../../lib/contradictions";
import { directionTitle } from "../../lib/directions";
import { formatNumber } from "../../lib/format";
import { kindTitle } from "../../lib/kinds";
import { Link } from "../../ui/Link";
import { StateBadge } from "../../ui/StateBadge";
import type { DirectionChanges } from "./useDirectionChanges";

const ContradictionItem_contradiction = graphql(`
  fragment ContradictionItem_contradiction on Contradiction {
    mapping {
      id
      kind
      outlookLabel
      draftDirection
      draftConflictPolicy
      revision
    }
    stage
    affected
    total
    reach
    principals {
      id
      name
    }
    message
    remedy
    narrowTo
    fieldProfiles {
      id
      name
    }
  }
`);

const useStyles = makeStyles({
  item: {
    display: "flex",
    flexDirection: "column",
    gap: tokens.spacingVerticalXS,
    padding: `${tokens.spacingVerticalM} 0`,
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
    overflowWrap: "anywhere",
    ":first-child": { borderTop: "none", paddingTop: 0 },
  },
  head: { display: "flex", alignItems: "center", flexWrap: "wrap", gap: tokens.spacingHorizontalS },
  quiet: { color: tokens.colorNeutralForeground3 },
  fixes: {
    display: "flex",
    flexWrap: "wrap",
    alignItems: "center",
    gap: tokens.spacingHorizontalM,
    marginTop: tokens.spacingVerticalXS,
  },
});

interface ContradictionItemProps {
  contradiction: FragmentType<typeof ContradictionItem_contradiction>;
  /** How the draft is changed; null where the list is only to be read. */
  changes: DirectionChanges | null;
}

/** A field that promises more than rights allow: whom it fails, and the ways out. */
export function ContradictionItem(props: ContradictionItemProps) {
  const styles = useStyles();
  const one = readFragment(ContradictionItem_contradiction, props.contradiction);
  const { mapping, narrowTo } = one;
  const { changes } = props;
  const narrow = narrowTo && changes && mapping.draftDirection !== narrowTo && (
    <Button
      aria-label={`Narrow ${mapping.outlookLabel} to ${directionTitle(narrowTo)}`}
      disabled={changes.pending.has(mapping.id)}
      onClick={() => {
        // The field may be of a kind whose grid is not on the screen.
        changes.learn(mapping);
        changes.set(mapping.id, { direction: narrowTo });
      }}
      size="small"
    >
      Narrow to {directionTitle(narrowTo)}
    </Button>
  );

  return (
    <li className={styles.item}>
      <div className={styles.head}>
        {isOfField(one) ? (
          <>
            <Text weight="semibold">{mapping.outlookLabel}</Text>
            <Text className={styles.quiet} size={200}>
              {kindTitle(mapping.kind)}
            </Text>
          </>
        ) : (
          <Text weight="semibold">{kindTitle(mapping.kind)}</Text>
        )}
        <StateBadge tone="warn">
          {one.reach === "EVERYBODY" ? "Everybody" : `${formatNumber(one.affected)} of ${formatNumber(one.total)}`}
        </StateBadge>
      </div>
      <Text>{one.message}</Text>
      <Text className={styles.quiet} size={200}>
        Concerns{" "}
        {affectedPeople(
          one.principals.map((principal) => principal.name),
          one.affected,
        )}
        .
      </Text>
      <Text size={200}>{one.remedy}</Text>
      {changes && (narrow || one.fieldProfiles.length > 0) && (
        <div className={styles.fixes}>
          {narrow}
          {one.fieldProfiles.map((profile) => (
            <Link key={profile.id} to="/security/fields">
              Open the field profile {profile.name}
            </Link>
          ))}
        </div>
      )}
    </li>
  );
}
