import { Button, makeStyles, Text, tokens } from "@fluentui/react-components";
import { formatNumber } from "../lib/format";

const useStyles = makeStyles({
  end: { alignSelf: "center", textAlign: "center" },
  note: { color: tokens.colorNeutralForeground2 },
});

interface LoadMoreProps {
  /** How many were asked for. */
  first: number;
  /** By how many the list grows. */
  step: number;
  /** How many are shown at most: the server gives a thousand at once. */
  most?: number;
  hasMore: boolean;
  busy: boolean;
  /** What there is beyond what is shown, in words. */
  left: string;
  onMore: (first: number) => void;
}

/** The end of a list that grows by asking for a larger page: a button, or that no larger page is to be had. */
export function LoadMore({ first, step, most = 1000, hasMore, busy, left, onMore }: LoadMoreProps) {
  const styles = useStyles();
  if (!hasMore) return null;
  if (first >= most) {
    return (
      <div className={styles.end}>
        <Text className={styles.note}>
          The first {formatNumber(most)} are shown. Left out: {left}.
        </Text>
      </div>
    );
  }
  return (
    <Button className={styles.end} disabled={busy} onClick={() => onMore(Math.min(first + step, most))}>
      Load more ({left})
    </Button>
  );
}
