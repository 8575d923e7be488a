import { Button, makeStyles, Text, tokens } from "@fluentui/react-components";
import { LockClosed20Regular, Warning20Regular } from "@fluentui/react-icons";
import { useState } from "react";
import { type FragmentType, graphql, readFragment } from "../../gql";
import { countOf } from "../../lib/format";

const RunProblemItem_problem = graphql(`
  fragment RunProblemItem_problem on RunProblem {
    seq
    code
    message
    remedy
    side
    subject
    lostValue
    mapping {
      id
      outlookLabel
      crmLabel
    }
  }
`);

const useStyles = makeStyles({
  card: {
    borderRadius: tokens.borderRadiusXLarge,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground1,
    padding: `${tokens.spacingVerticalL} ${tokens.spacingHorizontalXL}`,
    "@media (max-width: 640px)": { padding: tokens.spacingHorizontalM },
  },
  head: { display: "flex", alignItems: "baseline", gap: tokens.spacingHorizontalM, flexWrap: "wrap" },
  list: { listStyleType: "none", margin: `${tokens.spacingVerticalM} 0 0`, padding: 0 },
  item: {
    display: "grid",
    gridTemplateColumns: "20px minmax(0, 1fr)",
    columnGap: tokens.spacingHorizontalM,
    padding: `${tokens.spacingVerticalM} 0`,
    borderTop: `1px solid ${tokens.colorNeutralStroke3}`,
  },
  icon: { color: tokens.colorStatusWarningForeground1 },
  lock: { color: tokens.colorNeutralForeground3 },
  words: { display: "flex", flexDirection: "column", gap: "2px", minWidth: 0, overflowWrap: "anywhere" },
  lost: { whiteSpace: "pre-line" },
  quiet: { color: tokens.colorNeutralForeground3 },
});

type Problem = FragmentType<typeof RunProblemItem_problem> & { seq: number };

const FEW = 20;

/** What went wrong or wants a look, each with what to do about it. */
export function RunProblems(props: { problems: readonly Problem[] }) {
  const styles = useStyles();
  const [all, setAll] = useState(false);
  if (props.problems.length === 0) return null;
  const shown = all ? props.problems : props.problems.slice(0, FEW);
  return (
    <section aria-label="What wants a look" className={styles.card}>
      <div className={styles.head}>
        <Text as="h2" size={400} weight="semibold">
          What wants a look
        </Text>
        <Text className={styles.quiet} size={200}>
          {countOf(props.problems.length, "entry", "entries")}
        </Text>
      </div>
      <ul className={styles.list}>
        {shown.map((problem) => (
          <RunProblemItem key={problem.seq} problem={problem} />
        ))}
      </ul>
      {shown.length < props.problems.length && (
        <Button onClick={() => setAll(true)}>Show all {props.problems.length}</Button>
      )}
    </section>
  );
}

function RunProblemItem(props: { problem: Problem }) {
  const styles = useStyles();
  const problem = readFragment(RunProblemItem_problem, props.problem);
  // Not a fault but a rule at work: the value was kept, and somebody may want the right to write it.
  const forbidden = problem.code === "NOT_PERMITTED";
  const where = [
    problem.subject,
    problem.mapping && `Field ${problem.mapping.outlookLabel}`,
    problem.side && (problem.side === "CRM" ? "in CRM" : "in Outlook"),
  ].filter(Boolean);
  return (
    <li className={styles.item} data-code={problem.code}>
      {forbidden ? (
        <LockClosed20Regular aria-label="Not permitted" className={styles.lock} />
      ) : (
        <Warning20Regular className={styles.icon} />
      )}
      <div className={styles.words}>
        <Text weight="semibold">{problem.message}</Text>
        {where.length > 0 && <Text size={200}>{where.join(" · ")}</Text>}
        {problem.lostValue && (
          <Text className={styles.lost} size={200}>
            Put aside: <q>{problem.lostValue}</q>
          </Text>
        )}
        <Text className={styles.quiet} size={200}>
          {problem.remedy}
        </Text>
      </div>
    </li>
  );
}
