import { Button, makeStyles, Text, tokens } from "@fluentui/react-components";
import { LockClosed16Regular } from "@fluentui/react-icons";
import { useState } from "react";
import { partsText } from "../lib/valueParts";

const LONG = 400;

const useStyles = makeStyles({
  value: { whiteSpace: "pre-line", overflowWrap: "anywhere" },
  quiet: { color: tokens.colorNeutralForeground3 },
  withheld: { display: "inline-flex", alignItems: "center", gap: tokens.spacingHorizontalXS },
});

/** What a field held, part by part; null is withheld, which is not the same as empty. */
export function FieldValue(props: { parts: readonly string[] | null | undefined }) {
  const styles = useStyles();
  const [whole, setWhole] = useState(false);
  if (!props.parts) {
    return (
      <Text className={styles.quiet}>
        <span className={styles.withheld}>
          <LockClosed16Regular aria-hidden /> Your rights do not open it
        </span>
      </Text>
    );
  }
  const text = partsText(props.parts);
  if (text === "") return <Text className={styles.quiet}>Empty</Text>;
  if (text.length <= LONG || whole) return <Text className={styles.value}>{text}</Text>;
  return (
    <Text className={styles.value}>
      {text.slice(0, LONG)}…{" "}
      <Button appearance="transparent" onClick={() => setWhole(true)} size="small">
        Show all of it
      </Button>
    </Text>
  );
}
