import { Button, makeStyles, Text, tokens } from "@fluentui/react-components";
import { useState } from "react";
import { useQuery } from "urql";
import { graphql } from "../../gql";
import type { IncomingMode, RecordKind } from "../../gql/graphql";
import { KINDS, kindTitle } from "../../lib/kinds";
import { errorMessage } from "../../lib/serverErrors";
import { ErrorState, LoadingRows } from "../../ui/PageStates";
import { Section } from "../../ui/Section";
import { useKept } from "../../ui/useKept";
import { IncomingDialog } from "./IncomingDialog";

const IncomingTabQuery = graphql(`
  query IncomingTab {
    viewer {
      canAdminister
    }
    incomingRules {
      kind
      mode
      category
      includesPrivate
      ...IncomingDialog_rule
    }
  }
`);

const useStyles = makeStyles({
  list: { listStyleType: "none", margin: 0, padding: 0 },
  item: {
    display: "flex",
    alignItems: "center",
    gap: tokens.spacingHorizontalM,
    padding: `${tokens.spacingVerticalS} 0`,
    borderTop: `1px solid ${tokens.colorNeutralStroke3}`,
  },
  words: { display: "flex", flexDirection: "column", flex: "1 1 auto", minWidth: 0, overflowWrap: "anywhere" },
  quiet: { color: tokens.colorNeutralForeground3 },
});

function modeWords(mode: IncomingMode, category: string): string {
  switch (mode) {
    case "ALL":
      return "All items become records.";
    case "TRACKED":
      return `Items with the category ${category} become records.`;
    case "NONE":
      return "No item becomes a record.";
  }
}

/** Which items become records, kind by kind. */
export function IncomingTab() {
  const styles = useStyles();
  const [{ data: latest, error }, refetch] = useQuery({ query: IncomingTabQuery });
  const data = useKept(latest);
  const [editing, setEditing] = useState<RecordKind | null>(null);
  const reload = () => refetch({ requestPolicy: "network-only" });
  if (!data) {
    return error ? (
      <ErrorState message={errorMessage(error)} onRetry={reload} title="The rules could not be loaded" />
    ) : (
      <LoadingRows height={48} label="Loading the rules" />
    );
  }
  const rules = KINDS.flatMap(({ kind }) => data.incomingRules.filter((one) => one.kind === kind));
  const chosen = rules.find((one) => one.kind === editing);

  return (
    <Section
      lead={
        data.viewer.canAdminister
          ? "A record that goes out always finds its item, whatever stands here."
          : "You can see these rules; only an administrator changes them."
      }
      title="What becomes a record"
    >
      <ul aria-label="What becomes a record" className={styles.list}>
        {rules.map((one) => {
          const outgoing = one.kind === "SERVICE_ACTIVITY";
          return (
            <li className={styles.item} data-kind={one.kind} key={one.kind}>
              <span className={styles.words}>
                <Text weight="semibold">{kindTitle(one.kind)}</Text>
                <span>{outgoing ? "They only travel to Outlook." : modeWords(one.mode, one.category)}</span>
                {!outgoing && (
                  <Text className={styles.quiet} size={200}>
                    {one.includesPrivate ? "Private items are followed, too." : "Private items are left alone."}
                  </Text>
                )}
              </span>
              {data.viewer.canAdminister && !outgoing && (
                <Button
                  aria-label={`Change the rule for ${kindTitle(one.kind).toLowerCase()}`}
                  onClick={() => setEditing(one.kind)}
                  size="small"
                >
                  Change
                </Button>
              )}
            </li>
          );
        })}
      </ul>
      {chosen && <IncomingDialog onClose={() => setEditing(null)} onStale={reload} rule={chosen} />}
    </Section>
  );
}
