import { makeStyles, Text, tokens } from "@fluentui/react-components";
import type { ReactNode } from "react";

const useStyles = makeStyles({
  section: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalXS },
  head: { display: "flex", alignItems: "center", justifyContent: "space-between", minHeight: "32px" },
});

/** A part of the panel with a heading and something to do. */
export function PanelSection(props: { title: string; action?: ReactNode; children: ReactNode }) {
  const styles = useStyles();
  return (
    <section aria-label={props.title} className={styles.section}>
      <div className={styles.head}>
        <Text as="h2" size={300} weight="semibold">
          {props.title}
        </Text>
        {props.action}
      </div>
      {props.children}
    </section>
  );
}
