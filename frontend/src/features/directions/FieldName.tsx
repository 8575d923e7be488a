import { makeStyles, Text, tokens } from "@fluentui/react-components";
import { useHint } from "../../ui/Hint";

const useStyles = makeStyles({
  name: {
    font: "inherit",
    color: "inherit",
    textAlign: "left",
    background: "none",
    border: "none",
    padding: "2px 0",
    maxWidth: "100%",
    display: "inline-block",
    overflow: "hidden",
    textOverflow: "ellipsis",
    whiteSpace: "nowrap",
    verticalAlign: "middle",
    cursor: "help",
    borderRadius: tokens.borderRadiusSmall,
    ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: "2px" },
    "@media (max-width: 640px)": { whiteSpace: "normal", overflowWrap: "anywhere", hyphens: "auto" },
  },
  hint: { display: "flex", flexDirection: "column", gap: "2px" },
  quiet: { color: tokens.colorNeutralForeground3 },
});

interface FieldNameProps {
  label: string;
  side: "Outlook" | "CRM";
  names: readonly string[];
}

/** A field's label; hover, focus or tap lists what stands behind it. */
export function FieldName(props: FieldNameProps) {
  const styles = useStyles();
  const what = props.side === "Outlook" ? "Outlook properties" : "CRM attributes";
  const { dismiss: _, ...hint } = useHint(
    <div className={styles.hint}>
      <Text size={200} weight="semibold">
        {props.label}
      </Text>
      <span className={styles.quiet}>{what}</span>
      {props.names.length === 0 ? (
        <span>None listed</span>
      ) : (
        props.names.map((name) => (
          <Text font="monospace" key={name} size={200}>
            {name}
          </Text>
        ))
      )}
    </div>,
  );
  return (
    <button {...hint} className={styles.name} onClick={hint.onFocus} type="button">
      {props.label}
    </button>
  );
}
