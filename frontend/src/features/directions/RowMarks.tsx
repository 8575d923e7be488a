import { Button, makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { QuestionCircle16Regular, ShieldLock16Regular, Warning16Filled } from "@fluentui/react-icons";
import { type FragmentType, graphql, readFragment } from "../../gql";
import { useHint } from "../../ui/Hint";

const RowMarks_mapping = graphql(`
  fragment RowMarks_mapping on Mapping {
    id
    outlookLabel
    securedAttributes
  }
`);

const useStyles = makeStyles({
  marks: { display: "inline-flex", alignItems: "center", gap: "2px", flex: "none" },
  mark: {
    display: "inline-grid",
    placeItems: "center",
    width: "24px",
    height: "24px",
    padding: 0,
    border: "none",
    background: "none",
    color: tokens.colorNeutralForeground3,
    borderRadius: tokens.borderRadiusMedium,
    cursor: "help",
    ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
  warning: { color: tokens.colorStatusWarningForeground3 },
  why: { minWidth: 0 },
});

interface RowMarksProps {
  mapping: FragmentType<typeof RowMarks_mapping>;
  /** Whom it cannot reach as set; null if it reaches everybody. */
  warning: string | null;
  onExplain: () => void;
}

/** What a field carries besides its direction: secured columns, a contradiction, and the way to the reasoning. */
export function RowMarks(props: RowMarksProps) {
  const styles = useStyles();
  const { outlookLabel: label, securedAttributes: secured } = readFragment(RowMarks_mapping, props.mapping);
  return (
    <span className={styles.marks}>
      {props.warning && (
        <Mark className={styles.warning} label={`Contradiction: ${label}`} text={props.warning}>
          <Warning16Filled />
        </Mark>
      )}
      {secured.length > 0 && (
        <Mark
          label={`Secured: ${label}`}
          text={`Column security guards ${secured.join(", ")}: only those whom a field profile lets may read or write it.`}
        >
          <ShieldLock16Regular />
        </Mark>
      )}
      <Button
        appearance="subtle"
        aria-label={`Why? ${label}`}
        className={styles.why}
        data-why
        icon={<QuestionCircle16Regular />}
        onClick={props.onExplain}
        size="small"
        title="Why does it travel this way?"
      />
    </span>
  );
}

function Mark(props: { label: string; text: string; className?: string; children: React.ReactNode }) {
  const styles = useStyles();
  const { dismiss: _, ...hint } = useHint(props.text);
  return (
    <button
      {...hint}
      aria-label={`${props.label}. ${props.text}`}
      className={mergeClasses(styles.mark, props.className)}
      onClick={hint.onFocus}
      type="button"
    >
      {props.children}
    </button>
  );
}
