import { makeStyles, Text, tokens } from "@fluentui/react-components";
import { type ReactNode, useId } from "react";

const useStyles = makeStyles({
  section: {
    display: "flex",
    flexDirection: "column",
    gap: tokens.spacingVerticalL,
    padding: `${tokens.spacingVerticalL} ${tokens.spacingHorizontalXL}`,
    borderRadius: tokens.borderRadiusXLarge,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground1,
    "@media (max-width: 640px)": { padding: tokens.spacingHorizontalM },
  },
  head: {
    display: "flex",
    flexWrap: "wrap",
    alignItems: "center",
    justifyContent: "space-between",
    gap: tokens.spacingHorizontalM,
  },
  words: { display: "flex", flexDirection: "column", flex: "1 1 260px", minWidth: 0 },
  quiet: { color: tokens.colorNeutralForeground3 },
});

/** One part of the account, named by its heading. */
export function Section(props: { title: string; lead: ReactNode; action?: ReactNode; children: ReactNode }) {
  const styles = useStyles();
  const id = useId();
  return (
    <section aria-labelledby={id} className={styles.section}>
      <div className={styles.head}>
        <div className={styles.words}>
          <Text as="h2" id={id} size={500} weight="semibold">
            {props.title}
          </Text>
          <Text className={styles.quiet} size={200}>
            {props.lead}
          </Text>
        </div>
        {props.action}
      </div>
      {props.children}
    </section>
  );
}
