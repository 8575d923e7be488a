import { Button, makeStyles, Text, tokens } from "@fluentui/react-components";
import { useState } from "react";
import { type FragmentType, graphql, readFragment } from "../../gql";
import { policyTitle } from "../../lib/conflictPolicies";
import { directionTitle } from "../../lib/directions";
import { countOf } from "../../lib/format";
import { kindTitle } from "../../lib/kinds";
import { DirectionArrow } from "../../ui/DirectionArrow";
import { StateBadge } from "../../ui/StateBadge";
import { Timestamp } from "../../ui/Timestamp";
import { RestoreDialog } from "./RestoreDialog";

const VersionCard_version = graphql(`
  fragment VersionCard_version on ProfileVersion {
    id
    number
    message
    publishedAt
    publishedBy {
      id
      name
    }
    changes {
      before
      after
      mapping {
        id
        kind
        outlookLabel
      }
    }
    policyChanges {
      before
      after
      mapping {
        id
        kind
        outlookLabel
      }
    }
  }
`);

export const VersionCard_profile = graphql(`
  fragment VersionCard_profile on Profile {
    id
    viewerCanEdit
    published {
      id
      number
    }
    ...RestoreDialog_profile
  }
`);

const useStyles = makeStyles({
  card: {
    display: "flex",
    flexDirection: "column",
    gap: tokens.spacingVerticalM,
    padding: `${tokens.spacingVerticalL} ${tokens.spacingHorizontalXL}`,
    borderRadius: tokens.borderRadiusXLarge,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground1,
    "@media (max-width: 640px)": { padding: tokens.spacingHorizontalM },
  },
  head: { display: "flex", alignItems: "flex-start", gap: tokens.spacingHorizontalM, flexWrap: "wrap" },
  words: { display: "flex", flexDirection: "column", gap: "2px", flex: "1 1 260px", minWidth: 0 },
  title: { display: "flex", alignItems: "center", gap: tokens.spacingHorizontalS },
  message: { overflowWrap: "anywhere" },
  quiet: { color: tokens.colorNeutralForeground3 },
  list: { listStyleType: "none", margin: 0, padding: 0, display: "flex", flexDirection: "column" },
  change: {
    display: "grid",
    gridTemplateColumns: "minmax(0, 1fr) auto",
    alignItems: "center",
    gap: tokens.spacingHorizontalM,
    padding: `${tokens.spacingVerticalXS} 0`,
    borderTop: `1px solid ${tokens.colorNeutralStroke3}`,
  },
  field: { overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" },
  arrows: { display: "inline-flex", alignItems: "center", gap: tokens.spacingHorizontalS },
});

/** A long list of changes is folded; the first few tell what the version was about. */
const FEW = 5;

interface VersionCardProps {
  version: FragmentType<typeof VersionCard_version>;
  profile: FragmentType<typeof VersionCard_profile>;
  onStale: () => void;
}

export function VersionCard(props: VersionCardProps) {
  const styles = useStyles();
  const version = readFragment(VersionCard_version, props.version);
  const profile = readFragment(VersionCard_profile, props.profile);
  const [all, setAll] = useState(false);
  const [restoring, setRestoring] = useState(false);
  const inForce = version.number === profile.published.number;
  const count = version.changes.length + version.policyChanges.length;
  const shown = all ? version.changes : version.changes.slice(0, FEW);
  const policies = all ? version.policyChanges : version.policyChanges.slice(0, FEW - shown.length);
  const rest = count - shown.length - policies.length;

  return (
    <article aria-label={`Version ${version.number}`} className={styles.card}>
      <div className={styles.head}>
        <div className={styles.words}>
          <div className={styles.title}>
            <Text as="h2" size={400} weight="semibold">
              Version {version.number}
            </Text>
            {inForce && <StateBadge tone="good">In force</StateBadge>}
          </div>
          {version.message && <Text className={styles.message}>{version.message}</Text>}
          <Text className={styles.quiet} size={200}>
            {version.publishedBy?.name ?? "Fieldsync"} · <Timestamp at={version.publishedAt} /> ·{" "}
            {countOf(count, "change")}
          </Text>
        </div>
        {profile.viewerCanEdit && !inForce && (
          <Button onClick={() => setRestoring(true)} size="small">
            Restore into draft
          </Button>
        )}
      </div>
      {shown.length + policies.length > 0 && (
        <ul aria-label={`Changes of version ${version.number}`} className={styles.list}>
          {shown.map(({ mapping, before, after }) => (
            <li className={styles.change} key={mapping.id}>
              <span className={styles.field} title={mapping.outlookLabel}>
                {mapping.outlookLabel} <span className={styles.quiet}>{kindTitle(mapping.kind)}</span>
              </span>
              <span
                aria-label={`${directionTitle(before)} became ${directionTitle(after)}`}
                className={styles.arrows}
                role="img"
                title={`${directionTitle(before)} → ${directionTitle(after)}`}
              >
                <DirectionArrow direction={before} muted width={36} />
                <span className={styles.quiet}>→</span>
                <DirectionArrow direction={after} width={36} />
              </span>
            </li>
          ))}
          {policies.map(({ mapping, before, after }) => (
            <li className={styles.change} key={`policy-${mapping.id}`}>
              <span className={styles.field} title={mapping.outlookLabel}>
                {mapping.outlookLabel} <span className={styles.quiet}>{kindTitle(mapping.kind)}, in a conflict</span>
              </span>
              <span>
                <span className={styles.quiet}>{policyTitle(before)} →</span> {policyTitle(after)}
              </span>
            </li>
          ))}
        </ul>
      )}
      {rest > 0 && (
        <Button appearance="transparent" onClick={() => setAll(true)} size="small" style={{ alignSelf: "flex-start" }}>
          Show {rest} more
        </Button>
      )}
      {restoring && (
        <RestoreDialog
          number={version.number}
          onClose={() => setRestoring(false)}
          onStale={props.onStale}
          profile={profile}
        />
      )}
    </article>
  );
}
