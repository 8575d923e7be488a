import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { LockClosed12Regular } from "@fluentui/react-icons";
import type { KeyboardEvent } from "react";
import { type FragmentType, graphql, readFragment } from "../../gql";
import type { Direction } from "../../gql/graphql";
import { directionTitle, directionWords, stepDirection } from "../../lib/directions";
import { DirectionArrow } from "../../ui/DirectionArrow";
import { useHint } from "../../ui/Hint";

const ArrowControl_mapping = graphql(`
  fragment ArrowControl_mapping on Mapping {
    id
    outlookLabel
    allowedDirections
    draftDirection
    nextDirection
    computed
    fixedReason
    note
    viewerCanEdit
  }
`);

const useStyles = makeStyles({
  control: {
    position: "relative",
    display: "inline-grid",
    placeItems: "center",
    width: "72px",
    height: "32px",
    padding: 0,
    borderRadius: tokens.borderRadiusCircular,
    border: "1px solid transparent",
    backgroundColor: "transparent",
    "@media (max-width: 640px)": { width: "68px", height: "40px" },
    ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: "1px" },
  },
  active: {
    cursor: "pointer",
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    transitionProperty: "background-color, border-color",
    transitionDuration: tokens.durationFaster,
    ":hover": { border: `1px solid ${tokens.colorBrandStroke1}`, backgroundColor: tokens.colorBrandBackground2 },
    ":active": { backgroundColor: tokens.colorBrandBackground2Pressed },
  },
  fixed: { cursor: "help" },
  lock: {
    position: "absolute",
    right: "-2px",
    top: "50%",
    transform: "translateY(-50%)",
    color: tokens.colorNeutralForeground3,
  },
  hint: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalXS },
});

interface ArrowControlProps {
  mapping: FragmentType<typeof ArrowControl_mapping>;
  direction: Direction;
  readOnly: boolean;
  onSet: (mappingId: string, direction: Direction) => void;
}

export function ArrowControl(props: ArrowControlProps) {
  const styles = useStyles();
  const mapping = readFragment(ArrowControl_mapping, props.mapping);
  const { direction } = props;
  const editable = mapping.viewerCanEdit && !props.readOnly;
  const fixed = mapping.allowedDirections.length < 2 || mapping.computed;
  const reason = fixed ? (mapping.fixedReason ?? "This direction is fixed.") : null;
  const { dismiss, ...hint } = useHint(
    // An arrow that moves needs no explanation beyond its note; the legend stands above.
    reason || mapping.note || !editable ? (
      <div className={styles.hint}>
        <span>{directionTitle(direction)}</span>
        {reason && <span>{reason}</span>}
        {mapping.note && <span>{mapping.note}</span>}
      </div>
    ) : null,
  );

  // The server names the next one as long as we show what it holds; a click not yet confirmed steps on from here.
  const next =
    direction === mapping.draftDirection
      ? mapping.nextDirection
      : stepDirection(direction, mapping.allowedDirections, 1);

  if (fixed || !editable) {
    const name = `${mapping.outlookLabel}: ${directionWords(direction)}${reason ? `. Fixed: ${reason}` : ""}`;
    return (
      <button
        {...hint}
        aria-disabled="true"
        aria-label={name}
        className={mergeClasses(styles.control, styles.fixed)}
        data-arrow
        onClick={hint.onFocus}
        type="button"
      >
        <DirectionArrow direction={direction} muted={fixed} />
        {fixed && <LockClosed12Regular className={styles.lock} />}
      </button>
    );
  }

  const change = (to: Direction) => {
    dismiss();
    props.onSet(mapping.id, to);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "ArrowRight" && event.key !== "ArrowLeft") return;
    event.preventDefault();
    change(event.key === "ArrowRight" ? next : stepDirection(direction, mapping.allowedDirections, -1));
  };
  return (
    <button
      {...hint}
      aria-label={`${mapping.outlookLabel}: ${directionWords(direction)}. Press to change to ${directionWords(next)}`}
      className={mergeClasses(styles.control, styles.active)}
      data-arrow
      onClick={() => change(next)}
      onKeyDown={onKeyDown}
      type="button"
    >
      <DirectionArrow direction={direction} />
    </button>
  );
}
