import { Button, makeStyles, tokens } from "@fluentui/react-components";
import { LockClosed16Regular } from "@fluentui/react-icons";
import { type FragmentType, graphql, readFragment } from "../../gql";
import type { Direction } from "../../gql/graphql";
import { directionWords } from "../../lib/directions";
import { blockedLines, blockedSentence, forWhom } from "../../lib/effective";
import { useHint } from "../../ui/Hint";

const RightsMark_effective = graphql(`
  fragment RightsMark_effective on EffectiveDirection {
    direction
    blockedBecause {
      direction
      message
      stage
      rule
    }
  }
`);

const useStyles = makeStyles({
  mark: {
    minWidth: 0,
    justifyContent: "flex-start",
    paddingInline: tokens.spacingHorizontalXS,
    fontWeight: tokens.fontWeightRegular,
    fontSize: tokens.fontSizeBase200,
    color: tokens.colorNeutralForeground2,
    textAlign: "left",
  },
  hint: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalXS },
  strong: { fontWeight: tokens.fontWeightSemibold },
  quiet: { color: tokens.colorNeutralForeground3 },
});

interface RightsMarkProps {
  effective: FragmentType<typeof RightsMark_effective>;
  configured: Direction;
  label: string;
  /** Whose direction it is; null for the viewer's own. */
  person: string | null;
  canAdminister: boolean;
  onExplain: () => void;
}

/** A lock for a field that travels less than it is set to; a press opens the whole reasoning. */
export function RightsMark(props: RightsMarkProps) {
  const styles = useStyles();
  const effective = readFragment(RightsMark_effective, props.effective);
  const lines = blockedLines(effective.blockedBecause, props.canAdminister);
  const { dismiss, ...hint } = useHint(
    <div className={styles.hint}>
      {lines.map((line) => (
        <span key={line.what}>
          <span className={styles.strong}>{line.what}</span> {line.message}
          {line.rule && <> Rule: {line.rule}</>}
          {line.remedy && (
            <>
              <br />
              <span className={styles.quiet}>{line.remedy}</span>
            </>
          )}
        </span>
      ))}
      <span className={styles.quiet}>Press for the whole reasoning.</span>
    </div>,
  );
  if (effective.direction === props.configured) return null;

  const who = forWhom(props.person);
  const left = directionWords(effective.direction);
  return (
    <Button
      {...hint}
      appearance="subtle"
      aria-label={`Locked for ${who}: ${props.label} is ${left} instead of ${directionWords(props.configured)}. ${blockedSentence(lines)}`}
      className={styles.mark}
      icon={<LockClosed16Regular />}
      onClick={() => {
        dismiss();
        props.onExplain();
      }}
      size="small"
    >
      For {who}: {left}
    </Button>
  );
}
