import { Button, Checkbox, makeStyles, Text, tokens } from "@fluentui/react-components";
import { useState } from "react";
import { type FragmentType, graphql, readFragment } from "../../gql";
import { deletionsWord, HELD_WORDS } from "../../lib/heldDeletions";
import { kindTitle } from "../../lib/kinds";
import { Section } from "../../ui/Section";
import { StateBadge } from "../../ui/StateBadge";
import { Timestamp } from "../../ui/Timestamp";
import { ReleaseDialog } from "./ReleaseDialog";

const HeldMailbox_deletion = graphql(`
  fragment HeldMailbox_deletion on HeldDeletion {
    id
    kind
    action
    heldAt
    releasedAt
    subject
    releasedBy {
      id
      name
    }
  }
`);

const useStyles = makeStyles({
  list: { listStyleType: "none", margin: 0, padding: 0 },
  row: {
    display: "flex",
    flexWrap: "wrap",
    alignItems: "center",
    gap: `0 ${tokens.spacingHorizontalM}`,
    padding: `${tokens.spacingVerticalXS} 0`,
    borderTop: `1px solid ${tokens.colorNeutralStroke3}`,
  },
  name: { flex: "1 1 240px", minWidth: 0, overflowWrap: "anywhere" },
  quiet: { color: tokens.colorNeutralForeground3 },
});

interface HeldMailboxProps {
  mailbox: { id: string; name: string; viewerCanSync: boolean };
  deletions: readonly FragmentType<typeof HeldMailbox_deletion>[];
}

/** The held deletions of one mailbox: released one by one, some, or all of them. */
export function HeldMailbox(props: HeldMailboxProps) {
  const styles = useStyles();
  const deletions = readFragment(HeldMailbox_deletion, props.deletions);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [asking, setAsking] = useState<"chosen" | "all" | null>(null);
  const waiting = deletions.filter((one) => !one.releasedAt);
  // What is no longer held is no longer chosen.
  const picked = waiting.filter((one) => chosen.has(one.id));
  const may = props.mailbox.viewerCanSync && waiting.length > 0;

  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };

  return (
    <li>
      <Section
        actions={
          may && (
            <>
              <Button disabled={picked.length === 0} onClick={() => setAsking("chosen")} size="small">
                Carry out the chosen{picked.length > 0 && ` (${picked.length})`}
              </Button>
              <Button
                aria-label={`Carry out all of ${props.mailbox.name}`}
                onClick={() => setAsking("all")}
                size="small"
              >
                Carry out all
              </Button>
            </>
          )
        }
        lead={waiting.length > 0 ? `${deletionsWord(waiting.length)} held` : "Released, the next run carries them out"}
        title={props.mailbox.name}
      >
        <ul aria-label={`Held deletions of ${props.mailbox.name}`} className={styles.list}>
          {deletions.map((one) => (
            <li className={styles.row} key={one.id}>
              {may && !one.releasedAt ? (
                <div className={styles.name}>
                  <Checkbox checked={chosen.has(one.id)} label={one.subject} onChange={() => toggle(one.id)} />
                </div>
              ) : (
                <Text className={styles.name}>{one.subject}</Text>
              )}
              <Text className={styles.quiet} size={200}>
                {kindTitle(one.kind)} · {HELD_WORDS[one.action]} · held <Timestamp at={one.heldAt} since />
              </Text>
              {one.releasedAt && (
                <StateBadge tone="busy">
                  {one.releasedBy ? `Released by ${one.releasedBy.name}` : "Released"}
                </StateBadge>
              )}
            </li>
          ))}
        </ul>
      </Section>
      {asking && (
        <ReleaseDialog
          chosen={asking === "chosen" ? picked : null}
          mailbox={props.mailbox}
          onClose={() => setAsking(null)}
          onReleased={() => setChosen(new Set())}
        />
      )}
    </li>
  );
}
