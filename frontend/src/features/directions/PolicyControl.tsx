import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { ChevronDown12Regular } from "@fluentui/react-icons";
import { type FragmentType, graphql, readFragment } from "../../gql";
import type { ConflictPolicy, Direction } from "../../gql/graphql";
import { POLICIES, policyMeans, policyTitle } from "../../lib/conflictPolicies";
import { useHint } from "../../ui/Hint";

const PolicyControl_mapping = graphql(`
  fragment PolicyControl_mapping on Mapping {
    id
    outlookLabel
    conflictPolicy
  }
`);

const useStyles = makeStyles({
  control: {
    position: "relative",
    display: "inline-flex",
    alignItems: "center",
    justifyContent: "space-between",
    gap: "2px",
    boxSizing: "border-box",
    width: "100%",
    minHeight: "32px",
    padding: `0 ${tokens.spacingHorizontalS}`,
    borderRadius: tokens.borderRadiusMedium,
    border: "1px solid transparent",
    fontSize: tokens.fontSizeBase200,
    color: tokens.colorNeutralForeground2,
    ":hover": { border: `1px solid ${tokens.colorBrandStroke1}` },
    ":focus-within": { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: "1px" },
    "@media (max-width: 640px)": { width: "auto", justifyContent: "flex-start" },
  },
  changed: {
    border: `1px solid ${tokens.colorBrandStroke1}`,
    color: tokens.colorBrandForeground1,
    fontWeight: tokens.fontWeightSemibold,
  },
  // The browser's own list, laid over words that fit the column: it works with any keyboard, finger and reader.
  select: {
    position: "absolute",
    inset: 0,
    width: "100%",
    height: "100%",
    opacity: 0,
    cursor: "pointer",
    font: "inherit",
    "& option": { color: tokens.colorNeutralForeground1, backgroundColor: tokens.colorNeutralBackground1 },
  },
  still: {
    font: "inherit",
    fontSize: tokens.fontSizeBase200,
    color: tokens.colorNeutralForeground2,
    textAlign: "left",
    padding: `0 ${tokens.spacingHorizontalS}`,
    minHeight: "32px",
    border: "1px solid transparent",
    background: "none",
    cursor: "help",
    borderRadius: tokens.borderRadiusMedium,
    ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
  idle: { color: tokens.colorNeutralForeground4 },
  chevron: { flex: "none" },
  hint: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalXS },
});

interface PolicyControlProps {
  mapping: FragmentType<typeof PolicyControl_mapping>;
  direction: Direction;
  policy: ConflictPolicy;
  readOnly: boolean;
  onSet: (mappingId: string, policy: ConflictPolicy) => void;
}

/** Who leads when both sides changed a field; without effect, and not to be changed, unless it travels both ways. */
export function PolicyControl(props: PolicyControlProps) {
  const styles = useStyles();
  const mapping = readFragment(PolicyControl_mapping, props.mapping);
  const { policy } = props;
  const changed = policy !== mapping.conflictPolicy;
  const idle = props.direction !== "BOTH";
  const { dismiss, ...hint } = useHint(
    <div className={styles.hint}>
      <span>{policyTitle(policy)}</span>
      <span>
        {idle ? "Plays no part: only a field that travels both ways can have a conflict." : policyMeans(policy)}
      </span>
      {changed && <span>In force: {policyTitle(mapping.conflictPolicy)}</span>}
    </div>,
  );

  // What the draft changed can always be changed back, whichever way the arrow was turned meanwhile.
  if (props.readOnly || (idle && !changed)) {
    return (
      <button
        {...hint}
        aria-disabled="true"
        aria-label={`${mapping.outlookLabel} in a conflict: ${policyTitle(policy)}${idle ? ", plays no part" : ""}`}
        className={mergeClasses(styles.still, idle && styles.idle)}
        data-policy={policy}
        onClick={hint.onFocus}
        type="button"
      >
        {idle ? "–" : policyTitle(policy)}
      </button>
    );
  }
  return (
    <span className={mergeClasses(styles.control, changed && styles.changed)} data-policy={policy}>
      {policyTitle(policy)}
      <ChevronDown12Regular className={styles.chevron} />
      <select
        {...hint}
        aria-label={`${mapping.outlookLabel} in a conflict`}
        className={styles.select}
        onChange={(event) => {
          dismiss();
          props.onSet(mapping.id, event.target.value as ConflictPolicy);
        }}
        onMouseDown={dismiss}
        value={policy}
      >
        {POLICIES.map((one) => (
          <option key={one} value={one}>
            {policyTitle(one)}
          </option>
        ))}
      </select>
    </span>
  );
}
