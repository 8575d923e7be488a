import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import type { AccessLevel } from "../../gql/graphql";
import { levelShare } from "../../lib/accessLevels";

const useStyles = makeStyles({
  circle: { display: "block", flexShrink: 0, color: tokens.colorBrandForeground1 },
  none: { color: tokens.colorNeutralForeground3 },
});

const RADIUS = 8;

/** A circle that fills with the level; what it means is said in words beside it. */
export function LevelCircle(props: { level: AccessLevel; size?: number }) {
  const styles = useStyles();
  const size = props.size ?? 20;
  const share = levelShare(props.level);
  return (
    <svg
      aria-hidden="true"
      className={mergeClasses(styles.circle, share === 0 && styles.none)}
      height={size}
      viewBox="0 0 20 20"
      width={size}
    >
      <circle cx="10" cy="10" fill="none" r={RADIUS} stroke="currentColor" strokeWidth="1.75" />
      {share === 1 ? (
        <circle cx="10" cy="10" fill="currentColor" r={RADIUS} />
      ) : (
        share > 0 && <path d={slice(share)} fill="currentColor" />
      )}
    </svg>
  );
}

/** A slice of the circle, clockwise from the top. */
function slice(share: number): string {
  const angle = share * 2 * Math.PI;
  const x = 10 + RADIUS * Math.sin(angle);
  const y = 10 - RADIUS * Math.cos(angle);
  return `M10 10V${10 - RADIUS}A${RADIUS} ${RADIUS} 0 ${share > 0.5 ? 1 : 0} 1 ${x.toFixed(3)} ${y.toFixed(3)}Z`;
}
