import { makeStyles, mergeClasses, Text, tokens } from "@fluentui/react-components";
import { type FragmentType, graphql, readFragment } from "../../gql";
import { formatDuration } from "../../lib/format";
import { runPath } from "../../lib/routes";
import { countsLine, isActive, RUN_MODE_WORDS } from "../../lib/runWords";
import { followLink } from "../../ui/Link";
import { RunStateBadge } from "../../ui/RunStateBadge";
import { StateBadge } from "../../ui/StateBadge";
import { Timestamp } from "../../ui/Timestamp";

const RunRow_run = graphql(`
  fragment RunRow_run on Run {
    id
    state
    mode
    configuration
    undoes {
      quarantinedId
    }
    queuedAt
    startedAt
    milliseconds
    mailbox {
      id
      name
    }
    startedBy {
      id
      name
    }
    counts {
      recordsChanged itemsChanged unchanged createdInCrm updatedInCrm deletedInCrm
      createdInOutlook updatedInOutlook deletedInOutlook linked unlinked strays conflicts held skipped failed different
    }
    error {
      message
    }
  }
`);

const useStyles = makeStyles({
  item: { borderTop: `1px solid ${tokens.colorNeutralStroke3}`, ":first-child": { borderTop: "none" } },
  link: {
    display: "grid",
    gridTemplateColumns: "minmax(0, 1.1fr) minmax(0, 1.4fr) 132px 188px",
    alignItems: "center",
    gap: tokens.spacingHorizontalL,
    padding: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalL}`,
    color: "inherit",
    textDecorationLine: "none",
    ":hover": { backgroundColor: tokens.colorNeutralBackground1Hover },
    ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: "-3px", borderRadius: "10px" },
    "@media (max-width: 640px)": {
      gridTemplateColumns: "minmax(0, 1fr) auto",
      gap: "2px 12px",
      padding: tokens.spacingHorizontalM,
    },
  },
  who: { display: "flex", flexDirection: "column", minWidth: 0 },
  line: { overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" },
  summary: { minWidth: 0, "@media (max-width: 640px)": { gridColumn: "1 / -1", order: 3 } },
  quiet: { color: tokens.colorNeutralForeground3 },
  bad: { color: tokens.colorStatusDangerForeground1 },
  when: { "@media (max-width: 640px)": { order: 4 } },
  state: { display: "flex", gap: tokens.spacingHorizontalXS, justifyContent: "flex-end", flexWrap: "wrap" },
});

export function RunRow(props: { run: FragmentType<typeof RunRow_run> }) {
  const styles = useStyles();
  const run = readFragment(RunRow_run, props.run);
  const path = runPath(run.id);
  const line = countsLine(run.counts, run.mode);
  const early = line === "Nothing to do" || run.mode === "VERIFY";
  const summary =
    run.state === "FAILED" && run.error ? run.error.message : isActive(run.state) && early ? "Under way" : line;

  return (
    <li className={styles.item} data-run-id={run.id}>
      <a className={styles.link} href={path} onClick={(event) => followLink(event, path)}>
        <span className={styles.who}>
          <Text className={styles.line} title={run.mailbox.name} weight="semibold">
            {run.mailbox.name}
          </Text>
          <Text className={mergeClasses(styles.line, styles.quiet)} size={200}>
            {run.startedBy ? `Started by ${run.startedBy.name}` : "By schedule"}
          </Text>
        </span>
        <Text
          className={mergeClasses(styles.summary, styles.line, run.state === "FAILED" && styles.bad)}
          title={summary}
        >
          {summary}
        </Text>
        <Text className={mergeClasses(styles.when, styles.quiet)} size={200}>
          <Timestamp at={run.startedAt ?? run.queuedAt} since />
          {run.milliseconds !== null && run.milliseconds !== undefined && ` · ${formatDuration(run.milliseconds)}`}
        </Text>
        <span className={styles.state}>
          {run.mode === "PREVIEW" && (
            <StateBadge tone="quiet">{run.configuration === "DRAFT" ? "Draft preview" : "Preview"}</StateBadge>
          )}
          {run.mode === "VERIFY" && <StateBadge tone="quiet">{RUN_MODE_WORDS.VERIFY}</StateBadge>}
          {run.undoes && <StateBadge tone="quiet">{run.undoes.quarantinedId ? "Restoration" : "Undo"}</StateBadge>}
          <RunStateBadge state={run.state} />
        </span>
      </a>
    </li>
  );
}
