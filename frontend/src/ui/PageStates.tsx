import { Button, makeStyles, Skeleton, SkeletonItem, Text, tokens } from "@fluentui/react-components";
import { ArrowClockwise20Regular, ErrorCircle24Regular } from "@fluentui/react-icons";
import type { ReactNode } from "react";

const useStyles = makeStyles({
  box: {
    display: "flex",
    flexDirection: "column",
    alignItems: "center",
    textAlign: "center",
    gap: tokens.spacingVerticalM,
    padding: `${tokens.spacingVerticalXXXL} ${tokens.spacingHorizontalXL}`,
    borderRadius: tokens.borderRadiusXLarge,
    border: `1px dashed ${tokens.colorNeutralStroke1}`,
    color: tokens.colorNeutralForeground2,
  },
  text: { maxWidth: "52ch", textAlign: "center", textWrap: "balance" },
  danger: { color: tokens.colorStatusDangerForeground1 },
  rows: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM },
});

/** Nothing here, and what to do about that. */
export function EmptyState(props: { title: string; children?: ReactNode; action?: ReactNode }) {
  const styles = useStyles();
  return (
    <div className={styles.box}>
      <Text as="h2" className={styles.text} size={400} weight="semibold">
        {props.title}
      </Text>
      {props.children && <Text className={styles.text}>{props.children}</Text>}
      {props.action}
    </div>
  );
}

/** It did not work, in the server's words, with a way on. */
export function ErrorState(props: { title: string; message: string; onRetry?: () => void }) {
  const styles = useStyles();
  return (
    <div className={styles.box} role="alert">
      <ErrorCircle24Regular className={styles.danger} />
      <Text as="h2" size={400} weight="semibold">
        {props.title}
      </Text>
      <Text className={styles.text}>{props.message}</Text>
      {props.onRetry && (
        <Button appearance="primary" icon={<ArrowClockwise20Regular />} onClick={props.onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}

export function LoadingRows(props: { label: string; rows?: number; height?: number }) {
  const styles = useStyles();
  const rows = Array.from({ length: props.rows ?? 8 }, (_, index) => `row-${index}`);
  return (
    <Skeleton aria-label={props.label} className={styles.rows}>
      {rows.map((key) => (
        <SkeletonItem key={key} style={{ height: props.height ?? 32 }} />
      ))}
    </Skeleton>
  );
}
