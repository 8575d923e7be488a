import { makeStyles, mergeClasses, ProgressBar, Text, tokens } from "@fluentui/react-components";
import { CheckmarkCircle20Filled, Circle20Regular, CircleHalfFill20Regular } from "@fluentui/react-icons";
import type { RecordKind, RunMode, RunPhaseName } from "../../gql/graphql";
import { formatDuration, formatNumber } from "../../lib/format";
import { kindTitle } from "../../lib/kinds";
import { idleKinds, type PhaseView } from "../../lib/runFold";
import { phaseTitle } from "../../lib/runWords";

const ORDER: readonly RunPhaseName[] = ["GATHER", "DECIDE", "APPLY"];

const useStyles = makeStyles({
  card: {
    borderRadius: tokens.borderRadiusXLarge,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground1,
    padding: `${tokens.spacingVerticalL} ${tokens.spacingHorizontalXL}`,
    "@media (max-width: 640px)": { padding: tokens.spacingHorizontalM },
  },
  list: { listStyleType: "none", margin: `${tokens.spacingVerticalM} 0 0`, padding: 0 },
  step: {
    display: "grid",
    gridTemplateColumns: "20px minmax(0, 1fr) auto",
    columnGap: tokens.spacingHorizontalM,
    rowGap: tokens.spacingVerticalXS,
    alignItems: "center",
    padding: `${tokens.spacingVerticalS} 0`,
  },
  done: { color: tokens.colorStatusSuccessForeground1 },
  running: { color: tokens.colorBrandForeground1 },
  waiting: { color: tokens.colorNeutralForegroundDisabled },
  quiet: { color: tokens.colorNeutralForeground3 },
  numbers: { fontVariantNumeric: "tabular-nums", color: tokens.colorNeutralForeground3, whiteSpace: "nowrap" },
  progress: { gridColumn: "2 / -1" },
});

interface RunTimelineProps {
  phases: readonly PhaseView[];
  mode: RunMode;
  active: boolean;
}

export function RunTimeline(props: RunTimelineProps) {
  const styles = useStyles();
  const kinds = new Set(props.phases.map((phase) => phase.kind));
  const steps = ORDER.filter((name) => props.mode !== "VERIFY" || name !== "APPLY");
  const missing = steps.filter((name) => !props.phases.some((phase) => phase.phase === name));
  // Of many kinds only those that moved are worth their lines; of one, every phase is.
  const idle = kinds.size > 1 ? idleKinds(props.phases, steps.length) : [];

  return (
    <section aria-label="Phases" className={styles.card}>
      <Text as="h2" size={400} weight="semibold">
        Phases
      </Text>
      <ol className={styles.list}>
        {props.phases
          .filter((phase) => !idle.includes(phase.kind))
          .map((phase) => (
            <PhaseStep
              active={props.active}
              key={`${phase.phase}-${phase.kind}`}
              phase={phase}
              preview={props.mode === "PREVIEW"}
              withKind={kinds.size > 1}
            />
          ))}
        {idle.length > 0 && <IdleStep kinds={idle} phases={props.phases} />}
        {missing.map((name) => (
          <li className={styles.step} key={name}>
            <Circle20Regular className={styles.waiting} />
            <Text className={styles.quiet}>{phaseTitle(name)}</Text>
            <Text className={styles.numbers} size={200}>
              {props.mode === "PREVIEW" && name === "APPLY"
                ? "not in a preview"
                : props.active
                  ? "waiting"
                  : "not reached"}
            </Text>
          </li>
        ))}
      </ol>
    </section>
  );
}

function IdleStep(props: { kinds: readonly RecordKind[]; phases: readonly PhaseView[] }) {
  const styles = useStyles();
  const spent = props.phases
    .filter((phase) => props.kinds.includes(phase.kind))
    .reduce((sum, phase) => sum + (phase.milliseconds ?? 0), 0);
  return (
    <li className={styles.step}>
      <CheckmarkCircle20Filled className={styles.done} />
      <Text>
        Nothing changed <span className={styles.quiet}>· {props.kinds.map(kindTitle).join(", ")}</span>
      </Text>
      <Text className={styles.numbers} size={200}>
        {formatDuration(spent)}
      </Text>
    </li>
  );
}

function PhaseStep(props: { phase: PhaseView; preview: boolean; active: boolean; withKind: boolean }) {
  const styles = useStyles();
  const { phase } = props;
  const finished = phase.finishedAt !== null;
  const running = !finished && props.active;
  const title = phaseTitle(phase.phase);
  const amount =
    phase.total !== null ? `${formatNumber(phase.done)} of ${formatNumber(phase.total)}` : formatNumber(phase.done);
  const showAmount = phase.total !== null ? phase.total > 0 : phase.done > 0;
  const unwritten = props.preview && phase.phase === "APPLY";
  const time = phase.milliseconds !== null ? formatDuration(phase.milliseconds) : running ? "running" : "stopped";

  return (
    <li className={styles.step}>
      {finished ? (
        <CheckmarkCircle20Filled className={styles.done} />
      ) : (
        <CircleHalfFill20Regular className={mergeClasses(running ? styles.running : styles.waiting)} />
      )}
      <Text weight={running ? "semibold" : "regular"}>
        {title}
        {props.withKind && <span className={styles.quiet}> · {kindTitle(phase.kind)}</span>}
      </Text>
      <Text className={styles.numbers} size={200}>
        {unwritten ? "nothing is written in a preview" : showAmount ? `${amount} · ${time}` : time}
      </Text>
      {running && (
        <ProgressBar
          aria-label={`Progress: ${title}`}
          className={styles.progress}
          max={phase.total ?? undefined}
          value={phase.total ? Math.min(phase.done, phase.total) : undefined}
        />
      )}
    </li>
  );
}
