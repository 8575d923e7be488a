import { makeStyles, mergeClasses, Text, tokens } from "@fluentui/react-components";
import { type FragmentType, graphql, readFragment } from "../gql";
import { kindTitle } from "../lib/kinds";
import { undoWords } from "../lib/undoWords";
import { FieldValue } from "./FieldValue";
import { StateBadge } from "./StateBadge";

const UndoChanges_change = graphql(`
  fragment UndoChanges_change on UndoChange {
    kind
    side
    action
    subject
    obstacle {
      kind
      because
    }
    fields {
      forced
      now
      back
      obstacle {
        kind
        because
      }
      mapping {
        id
        outlookLabel
      }
    }
  }
`);

const useStyles = makeStyles({
  list: { listStyleType: "none", margin: 0, padding: 0 },
  change: {
    display: "flex",
    flexDirection: "column",
    gap: tokens.spacingVerticalS,
    padding: `${tokens.spacingVerticalM} 0`,
    borderTop: `1px solid ${tokens.colorNeutralStroke3}`,
  },
  head: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: tokens.spacingHorizontalS },
  name: { overflowWrap: "anywhere", minWidth: 0 },
  quiet: { color: tokens.colorNeutralForeground3, overflowWrap: "anywhere" },
  fields: { margin: 0, display: "flex", flexDirection: "column", gap: tokens.spacingVerticalS },
  field: {
    display: "grid",
    gridTemplateColumns: "minmax(0, 1fr) minmax(0, 2fr)",
    gap: `2px ${tokens.spacingHorizontalM}`,
    "@media (max-width: 640px)": { gridTemplateColumns: "minmax(0, 1fr)" },
  },
  value: {
    margin: 0,
    minWidth: 0,
    display: "grid",
    gridTemplateColumns: "56px minmax(0, 1fr)",
    alignItems: "baseline",
  },
  whole: { gridColumn: "1 / -1" },
});

/** What an undo would do, record by record: what goes back and what stays, with the reason. */
export function UndoChanges(props: { changes: readonly FragmentType<typeof UndoChanges_change>[] }) {
  const styles = useStyles();
  const changes = readFragment(UndoChanges_change, props.changes);
  return (
    <ul aria-label="What undoing would do" className={styles.list}>
      {changes.map((change, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a change of a preview has no identity but its place.
        <li className={styles.change} key={place}>
          <div className={styles.head}>
            <Text className={styles.name} weight="semibold">
              {change.subject}
            </Text>
            <StateBadge tone={change.action ? "busy" : "quiet"}>{undoWords(change.action, change.side)}</StateBadge>
            <Text className={styles.quiet} size={200}>
              {kindTitle(change.kind)}
            </Text>
          </div>
          {change.obstacle && (
            <Text className={styles.quiet} size={200}>
              {change.obstacle.because}
            </Text>
          )}
          {change.fields.length > 0 && (
            <dl className={styles.fields}>
              {change.fields.map((field, number) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the same.
                <div className={styles.field} key={number}>
                  <dt className={styles.quiet}>{field.mapping?.outlookLabel ?? "A field that is no longer there"}</dt>
                  <dd className={styles.value}>
                    <Text className={styles.quiet} size={200}>
                      now
                    </Text>
                    <FieldValue parts={field.now} />
                    {field.obstacle ? (
                      <Text className={mergeClasses(styles.quiet, styles.whole)} size={200}>
                        Stays: {field.obstacle.because}
                      </Text>
                    ) : (
                      <>
                        <Text className={styles.quiet} size={200}>
                          back to
                        </Text>
                        <FieldValue parts={field.back} />
                      </>
                    )}
                    {field.forced && (
                      <Text className={mergeClasses(styles.quiet, styles.whole)} size={200}>
                        Overwrites a later change.
                      </Text>
                    )}
                  </dd>
                </div>
              ))}
            </dl>
          )}
        </li>
      ))}
    </ul>
  );
}
