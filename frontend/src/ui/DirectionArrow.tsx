import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import type { Direction } from "../gql/graphql";
import { directionTitle } from "../lib/directions";

const useStyles = makeStyles({
  arrow: {
    display: "block",
    flexShrink: 0,
    fill: "none",
    stroke: "currentColor",
    strokeWidth: "1.75",
    strokeLinecap: "round",
    strokeLinejoin: "round",
    color: tokens.colorBrandForeground1,
  },
  none: { color: tokens.colorNeutralForeground3 },
  muted: { color: tokens.colorNeutralForeground3 },
  words: { display: "inline-flex", alignItems: "center", gap: tokens.spacingHorizontalS, whiteSpace: "nowrap" },
});

const PATHS: Record<Direction, string> = {
  TO_CRM: "M4 8h40M38 2.5 44 8l-6 5.5",
  TO_OUTLOOK: "M44 8H4M10 2.5 4 8l6 5.5",
  BOTH: "M4 8h40M38 2.5 44 8l-6 5.5M10 2.5 4 8l6 5.5",
  NONE: "M4 8h12M32 8h12M20 12l8-8M20 4l8 8",
};

/** Outlook is on the left and CRM on the right, so the arrow points at the side that is written. */
export function DirectionArrow(props: { direction: Direction; muted?: boolean; width?: number }) {
  const styles = useStyles();
  const width = props.width ?? 48;
  return (
    <svg
      aria-hidden="true"
      className={mergeClasses(styles.arrow, props.direction === "NONE" && styles.none, props.muted && styles.muted)}
      height={width / 3}
      viewBox="0 0 48 16"
      width={width}
    >
      <path d={PATHS[props.direction]} />
    </svg>
  );
}

export function DirectionInWords(props: { direction: Direction }) {
  const styles = useStyles();
  return (
    <span className={styles.words}>
      <DirectionArrow direction={props.direction} width={36} />
      <span>{directionTitle(props.direction)}</span>
    </span>
  );
}
