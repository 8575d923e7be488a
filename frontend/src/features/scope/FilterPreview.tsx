import { makeStyles, mergeClasses, Text, tokens } from "@fluentui/react-components";
import { useQuery } from "urql";
import { graphql } from "../../gql";
import type { SyncFilterPreviewInput } from "../../gql/graphql";
import { countOf, formatNumber } from "../../lib/format";
import { errorMessage } from "../../lib/serverErrors";
import { useKept } from "../../ui/useKept";

const FilterPreviewQuery = graphql(`
  query FilterPreview($input: SyncFilterPreviewInput!) {
    syncFilterPreview(input: $input) {
      count
      unreadable
      scope {
        current
        resulting
        entering
        leaving
      }
      sample {
        recordId
        name
      }
    }
  }
`);

const useStyles = makeStyles({
  box: {
    display: "flex",
    flexDirection: "column",
    gap: tokens.spacingVerticalS,
    padding: tokens.spacingHorizontalM,
    borderRadius: tokens.borderRadiusLarge,
    backgroundColor: tokens.colorNeutralBackground3,
    overflowWrap: "anywhere",
  },
  tiles: {
    display: "flex",
    flexWrap: "wrap",
    gap: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalXXL}`,
    margin: 0,
  },
  tile: { display: "flex", flexDirection: "column-reverse" },
  number: {
    margin: 0,
    fontSize: tokens.fontSizeBase500,
    lineHeight: tokens.lineHeightBase500,
    fontWeight: tokens.fontWeightSemibold,
  },
  title: { fontSize: tokens.fontSizeBase200, color: tokens.colorNeutralForeground3 },
  leaving: { color: tokens.colorStatusWarningForeground3 },
  quiet: { color: tokens.colorNeutralForeground3 },
  problem: { color: tokens.colorStatusDangerForeground1 },
  busy: { opacity: 0.6 },
});

interface FilterPreviewProps {
  /** Null while the filter cannot be tried; `why` says what is missing. */
  input: SyncFilterPreviewInput | null;
  why?: string;
  /** For whose mailboxes it is counted; null for the viewer's own. */
  person: string | null;
  /** Only what becomes of the scope, not what the filter matches. */
  scopeOnly?: boolean;
}

/** What a filter would do, before anything is saved. */
export function FilterPreview(props: FilterPreviewProps) {
  const styles = useStyles();
  const [{ data: latest, error, fetching }] = useQuery({
    query: FilterPreviewQuery,
    variables: { input: props.input ?? { kind: "CONTACT", definition: { joint: "ALL", rows: [], groups: [] } } },
    pause: props.input === null,
    requestPolicy: "network-only",
  });
  const found = useKept(latest)?.syncFilterPreview;
  const whose = props.person ? `the mailboxes of ${props.person}` : "your mailboxes";

  const content = () => {
    if (props.input === null) return <Text className={styles.quiet}>{props.why}</Text>;
    if (error) return <Text className={styles.problem}>{errorMessage(error)}</Text>;
    if (!found) return <Text className={styles.quiet}>Counting</Text>;
    const { current, resulting, entering, leaving } = found.scope;
    return (
      <>
        {found.unreadable.length > 0 && (
          <Text className={styles.problem}>
            It would match nothing: {found.unreadable.join(", ")} is withheld from {props.person ?? "you"}.
          </Text>
        )}
        <dl className={styles.tiles}>
          {!props.scopeOnly && <Tile number={found.count} title="This filter matches" />}
          <Tile number={resulting} title={`In scope then (now ${formatNumber(current)})`} />
          <Tile number={entering} title="Enter" />
          <Tile className={leaving > 0 ? styles.leaving : undefined} number={leaving} title="Leave" />
        </dl>
        <Text size={200}>
          Counted for {whose}.{" "}
          {leaving > 0
            ? `${countOf(leaving, "record")} would be unlinked: nothing is deleted, on either side.`
            : "Nothing would be unlinked."}
        </Text>
        {!props.scopeOnly && found.sample.length > 0 && (
          <Text className={styles.quiet} size={200}>
            For example: {found.sample.map((one) => one.name).join(", ")}
            {found.count > found.sample.length && ` and ${formatNumber(found.count - found.sample.length)} more`}
          </Text>
        )}
      </>
    );
  };
  return (
    <section aria-label="What it would do" className={mergeClasses(styles.box, fetching && styles.busy)} role="status">
      {content()}
    </section>
  );
}

function Tile(props: { number: number; title: string; className?: string }) {
  const styles = useStyles();
  return (
    <div className={styles.tile}>
      <dt className={styles.title}>{props.title}</dt>
      <dd className={mergeClasses(styles.number, props.className)}>{formatNumber(props.number)}</dd>
    </div>
  );
}
