import { makeStyles, tokens } from "@fluentui/react-components";
import { type ReactNode, useEffect, useRef } from "react";
import { LoadMore } from "../../ui/LoadMore";
import { ErrorState, LoadingRows } from "../../ui/PageStates";

const useStyles = makeStyles({
  box: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalL, outlineStyle: "none" },
  list: {
    listStyleType: "none",
    margin: 0,
    padding: 0,
    display: "flex",
    flexDirection: "column",
    gap: tokens.spacingVerticalM,
  },
});

interface AttentionListProps {
  /** What is listed: the name of the list. */
  label: string;
  /** How many are on the page; undefined until they were loaded. */
  shown: number | undefined;
  /** Why they could not be loaded. */
  problem: string | null;
  busy: boolean;
  hasMore: boolean;
  /** How many there are beyond those shown, in words. */
  more: string;
  /** Shown in place of the list when there is nothing in it. */
  empty: ReactNode;
  children: ReactNode;
  onRetry: () => void;
  /** How many were asked for, by how many the list grows, and how many it shows at most. */
  first: number;
  step: number;
  most?: number;
  onMore: (first: number) => void;
}

/** One list of the attention page in its four states, longer by a button. */
export function AttentionList(props: AttentionListProps) {
  const styles = useStyles();
  const box = useRef<HTMLDivElement>(null);
  const within = useRef(false);

  // What was dealt with leaves the list, and its button with it: whoever works by keyboard goes on from the list.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a row leaves when the number changes.
  useEffect(() => {
    if (within.current && document.activeElement === document.body) box.current?.focus({ preventScroll: true });
  }, [props.shown]);

  if (props.shown === undefined) {
    return props.problem ? (
      <ErrorState message={props.problem} onRetry={props.onRetry} title="The list could not be loaded" />
    ) : (
      <LoadingRows height={72} label="Loading the list" rows={4} />
    );
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only watches where the focus is.
    <div
      aria-busy={props.busy}
      className={styles.box}
      onBlur={(event) => {
        if (event.relatedTarget) within.current = false;
      }}
      onFocus={() => {
        within.current = true;
      }}
      ref={box}
      tabIndex={-1}
    >
      {props.shown === 0 ? (
        props.empty
      ) : (
        <ul aria-label={props.label} className={styles.list}>
          {props.children}
        </ul>
      )}
      <LoadMore
        busy={props.busy}
        first={props.first}
        hasMore={props.hasMore}
        left={props.more}
        most={props.most}
        onMore={props.onMore}
        step={props.step}
      />
    </div>
  );
}
