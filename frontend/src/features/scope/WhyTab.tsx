import { makeStyles, mergeClasses, Text, tokens } from "@fluentui/react-components";
import { CheckmarkCircle20Regular, ErrorCircle20Regular } from "@fluentui/react-icons";
import { useQuery } from "urql";
import { graphql } from "../../gql";
import type { ScopeStage } from "../../gql/graphql";
import { errorMessage } from "../../lib/serverErrors";
import { ErrorState, LoadingRows } from "../../ui/PageStates";
import { type AskedMailboxes, RecordQuestion, useAskedRecord, WithMailboxes } from "../../ui/RecordQuestion";
import { Section } from "../../ui/Section";

const ScopeCheckQuery = graphql(`
  query ScopeCheck($mailboxId: ID!, $kind: RecordKind!, $recordId: ID!) {
    scopeCheck(mailboxId: $mailboxId, kind: $kind, recordId: $recordId) {
      name
      inScope
      checks {
        stage
        passed
        rule
        remedy
      }
    }
  }
`);

const STAGES: Record<ScopeStage, string> = {
  MAILBOX: "Mailbox",
  FILTER: "Filters",
  ORGANIZER: "Organizer",
  ACCESS: "Rights",
  OPT_OUT: "Left out",
  LINK: "Link",
};

const useStyles = makeStyles({
  list: { listStyleType: "none", margin: 0, padding: 0 },
  check: {
    display: "flex",
    gap: tokens.spacingHorizontalM,
    padding: `${tokens.spacingVerticalS} 0`,
    borderTop: `1px solid ${tokens.colorNeutralStroke3}`,
  },
  icon: { flex: "none", color: tokens.colorStatusSuccessForeground1 },
  failed: { color: tokens.colorStatusDangerForeground1 },
  words: { display: "flex", flexDirection: "column", minWidth: 0, overflowWrap: "anywhere" },
  quiet: { color: tokens.colorNeutralForeground3 },
});

/** Asks why one record does or does not reach one mailbox. */
export function WhyTab() {
  return <WithMailboxes>{(mailboxes) => <Question mailboxes={mailboxes} />}</WithMailboxes>;
}

function Question(props: { mailboxes: AskedMailboxes }) {
  const styles = useStyles();
  const { asked, change } = useAskedRecord(props.mailboxes);
  const { mailboxId, kind, record } = asked;
  const [{ data, error, fetching }, again] = useQuery({
    query: ScopeCheckQuery,
    variables: { mailboxId, kind, recordId: record?.recordId ?? "" },
    pause: !record,
    requestPolicy: "network-only",
  });

  const answer = () => {
    if (!record) return null;
    if (error) {
      return (
        <ErrorState
          message={errorMessage(error)}
          onRetry={() => again({ requestPolicy: "network-only" })}
          title="The question could not be answered"
        />
      );
    }
    if (!data || fetching) return <LoadingRows label="Looking" rows={4} />;
    const { name, inScope, checks } = data.scopeCheck;
    return (
      <Section title={inScope ? `${name} is in scope` : `${name} does not arrive`}>
        <ul aria-label="Checks" className={styles.list}>
          {checks.map((one) => (
            <li className={styles.check} data-passed={one.passed} key={one.stage}>
              <span
                aria-label={one.passed ? "Passed" : "Failed"}
                className={mergeClasses(styles.icon, !one.passed && styles.failed)}
                role="img"
              >
                {one.passed ? <CheckmarkCircle20Regular /> : <ErrorCircle20Regular />}
              </span>
              <span className={styles.words}>
                <Text className={styles.quiet} size={200}>
                  {STAGES[one.stage]}
                </Text>
                <span>{one.rule}</span>
                {one.remedy && <Text weight="semibold">{one.remedy}</Text>}
              </span>
            </li>
          ))}
        </ul>
      </Section>
    );
  };

  return (
    <>
      <Section lead="Choose a mailbox and a record that you see." title="Why does this not arrive?">
        <RecordQuestion asked={asked} mailboxes={props.mailboxes} onChange={change} />
      </Section>
      <div aria-live="polite">{answer()}</div>
    </>
  );
}
