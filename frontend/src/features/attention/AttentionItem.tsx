import { MessageBar, MessageBarBody, makeStyles, Text, tokens } from "@fluentui/react-components";
import type { ReactNode } from "react";

const useStyles = makeStyles({
  item: {
    display: "flex",
    flexDirection: "column",
    gap: tokens.spacingVerticalM,
    padding: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalXL}`,
    borderRadius: tokens.borderRadiusXLarge,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground1,
    "@media (max-width: 640px)": { padding: tokens.spacingHorizontalM },
  },
  head: { display: "flex", flexWrap: "wrap", alignItems: "flex-start", gap: tokens.spacingHorizontalM },
  words: { flex: "1 1 260px", minWidth: 0, display: "flex", flexDirection: "column", gap: "2px" },
  title: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: tokens.spacingHorizontalS },
  name: { overflowWrap: "anywhere", minWidth: 0 },
  facts: { color: tokens.colorNeutralForeground3, overflowWrap: "anywhere" },
  actions: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalS },
});

interface AttentionItemProps {
  /** Names it for whoever hears the page. */
  label: string;
  title: ReactNode;
  badge?: ReactNode;
  /** Where, when, of what kind: parted by dots; what is empty is left out. */
  facts: readonly ReactNode[];
  actions?: ReactNode;
  /** Why the last action was refused. */
  problem?: string | null;
  children?: ReactNode;
}

/** One thing that waits for a person. */
export function AttentionItem(props: AttentionItemProps) {
  const styles = useStyles();
  return (
    <li>
      <article aria-label={props.label} className={styles.item}>
        <div className={styles.head}>
          <div className={styles.words}>
            <div className={styles.title}>
              <Text as="h2" className={styles.name} size={300} weight="semibold">
                {props.title}
              </Text>
              {props.badge}
            </div>
            <Text className={styles.facts} size={200}>
              {props.facts.filter(Boolean).map((fact, place) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: facts have no identity but their place.
                <span key={place}>
                  {place > 0 && " · "}
                  {fact}
                </span>
              ))}
            </Text>
          </div>
          {props.actions && <div className={styles.actions}>{props.actions}</div>}
        </div>
        {props.children}
        {props.problem && (
          <MessageBar intent="error" layout="multiline" role="alert">
            <MessageBarBody>{props.problem}</MessageBarBody>
          </MessageBar>
        )}
      </article>
    </li>
  );
}
