import { makeStyles, Text, tokens } from "@fluentui/react-components";
import type { ReactNode } from "react";

const useStyles = makeStyles({
  card: {
    display: "flex",
    flexDirection: "column",
    gap: tokens.spacingVerticalM,
    padding: `${tokens.spacingVerticalL} ${tokens.spacingHorizontalXL}`,
    borderRadius: tokens.borderRadiusXLarge,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground1,
    "@media (max-width: 640px)": { padding: tokens.spacingHorizontalM },
  },
  head: { display: "flex", flexWrap: "wrap", alignItems: "flex-start", gap: tokens.spacingHorizontalM },
  words: { display: "flex", flexDirection: "column", gap: "2px", flex: "1 1 260px", minWidth: 0 },
  title: { overflowWrap: "anywhere" },
  lead: { color: tokens.colorNeutralForeground3, overflowWrap: "anywhere" },
  actions: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalS },
});

interface SectionProps {
  title: string;
  lead?: ReactNode;
  actions?: ReactNode;
  children?: ReactNode;
}

/** One card of a page, found by its title. */
export function Section(props: SectionProps) {
  const styles = useStyles();
  return (
    <section aria-label={props.title} className={styles.card}>
      <div className={styles.head}>
        <div className={styles.words}>
          <Text as="h2" className={styles.title} size={400} weight="semibold">
            {props.title}
          </Text>
          {props.lead && (
            <Text className={styles.lead} size={200}>
              {props.lead}
            </Text>
          )}
        </div>
        {props.actions && <div className={styles.actions}>{props.actions}</div>}
      </div>
      {props.children}
    </section>
  );
}
