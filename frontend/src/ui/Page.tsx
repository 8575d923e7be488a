import { makeStyles, Text, tokens } from "@fluentui/react-components";
import { type ReactNode, useEffect } from "react";

const useStyles = makeStyles({
  page: {
    display: "flex",
    flexDirection: "column",
    gap: tokens.spacingVerticalXL,
    width: "100%",
    maxWidth: "1120px",
    boxSizing: "border-box",
    margin: "0 auto",
    padding: `${tokens.spacingVerticalXXL} ${tokens.spacingHorizontalXXL} 96px`,
    "@media (max-width: 640px)": {
      gap: tokens.spacingVerticalL,
      padding: `${tokens.spacingVerticalL} ${tokens.spacingHorizontalL} 96px`,
    },
  },
  head: {
    display: "flex",
    alignItems: "flex-end",
    justifyContent: "space-between",
    flexWrap: "wrap",
    gap: tokens.spacingHorizontalL,
  },
  words: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalXXS, minWidth: 0, flex: "1 1 320px" },
  title: { letterSpacing: "-0.015em", overflowWrap: "anywhere" },
  lead: { color: tokens.colorNeutralForeground2, maxWidth: "72ch" },
});

interface PageProps {
  title: string;
  lead?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

export function Page(props: PageProps) {
  const styles = useStyles();
  useEffect(() => {
    document.title = `${props.title} · Fieldsync`;
  }, [props.title]);
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <div className={styles.words}>
          <Text as="h1" className={styles.title} size={700} weight="semibold">
            {props.title}
          </Text>
          {props.lead && <Text className={styles.lead}>{props.lead}</Text>}
        </div>
        {props.actions}
      </header>
      {props.children}
    </div>
  );
}
