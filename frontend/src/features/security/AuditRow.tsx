import { Button, makeStyles, Text, tokens } from "@fluentui/react-components";
import { useState } from "react";
import { type FragmentType, graphql, readFragment } from "../../gql";
import { actionWords, auditChanges } from "../../lib/auditChanges";
import { securityPath } from "../../lib/routes";
import { Link } from "../../ui/Link";
import { Timestamp } from "../../ui/Timestamp";

const AuditRow_event = graphql(`
  fragment AuditRow_event on AuditEvent {
    id
    at
    actor
    principal {
      id
      name
    }
    action
    targetId
    targetName
    before
    after
  }
`);

const useStyles = makeStyles({
  row: {
    display: "flex",
    flexDirection: "column",
    gap: tokens.spacingVerticalS,
    padding: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalL}`,
    borderTop: `1px solid ${tokens.colorNeutralStroke3}`,
    ":first-child": { borderTop: "none" },
  },
  head: { display: "flex", flexWrap: "wrap", gap: `2px ${tokens.spacingHorizontalL}`, alignItems: "baseline" },
  what: { flex: "1 1 260px", minWidth: 0, overflowWrap: "anywhere" },
  quiet: { color: tokens.colorNeutralForeground3 },
  changes: { width: "100%", borderCollapse: "collapse", tableLayout: "fixed", fontSize: tokens.fontSizeBase200 },
  place: {
    textAlign: "left",
    fontWeight: tokens.fontWeightRegular,
    color: tokens.colorNeutralForeground2,
    width: "40%",
    padding: "2px 12px 2px 0",
    verticalAlign: "top",
    overflowWrap: "anywhere",
  },
  value: { padding: "2px 0", verticalAlign: "top", overflowWrap: "anywhere" },
  old: { color: tokens.colorNeutralForeground3, textDecorationLine: "line-through" },
  hidden: { position: "absolute", width: "1px", height: "1px", overflow: "hidden", clipPath: "inset(50%)" },
  more: { alignSelf: "flex-start" },
});

/** A long list of changes is folded. */
const FEW = 6;

interface AuditRowProps {
  event: FragmentType<typeof AuditRow_event>;
  /** Whether the log is already that of one target. */
  filtered: boolean;
}

export function AuditRow(props: AuditRowProps) {
  const styles = useStyles();
  const event = readFragment(AuditRow_event, props.event);
  const [all, setAll] = useState(false);
  const changes = auditChanges(event.before, event.after);
  const shown = all ? changes : changes.slice(0, FEW);
  const rest = changes.length - shown.length;
  const who = event.principal?.name ?? event.actor;
  return (
    <li className={styles.row}>
      <div className={styles.head}>
        <span className={styles.what}>
          <Text weight="semibold">{actionWords(event.action)}</Text> <Text>{event.targetName}</Text>
        </span>
        <Text className={styles.quiet} size={200} title={event.actor}>
          {who} · <Timestamp at={event.at} />
          {!props.filtered && (
            <>
              {" · "}
              <Link aria-label={`History of ${event.targetName}`} to={securityPath("audit", event.targetId)}>
                History
              </Link>
            </>
          )}
        </Text>
      </div>
      {shown.length > 0 && (
        <table aria-label={`Changes of ${event.targetName}`} className={styles.changes}>
          <tbody>
            {shown.map((change) => (
              <tr key={change.what}>
                <th className={styles.place} scope="row">
                  {change.what}
                </th>
                <td className={styles.value}>
                  {change.before !== null && (
                    <>
                      <span className={styles.hidden}>before: </span>
                      <span className={styles.old}>{change.before}</span>
                    </>
                  )}
                  {change.before !== null && change.after !== null && <span aria-hidden> → </span>}
                  {change.after !== null && (
                    <>
                      <span className={styles.hidden}>after: </span>
                      <span>{change.after}</span>
                    </>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {rest > 0 && (
        <Button appearance="transparent" className={styles.more} onClick={() => setAll(true)} size="small">
          Show {rest} more
        </Button>
      )}
    </li>
  );
}
