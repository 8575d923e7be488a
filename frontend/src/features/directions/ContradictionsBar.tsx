import {
  Button,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
} from "@fluentui/react-components";
import { useEffect, useRef, useState } from "react";
import { contradictionsTitle } from "../../lib/contradictions";
import { errorMessage } from "../../lib/serverErrors";
import { SidePanel } from "../../ui/SidePanel";
import { ContradictionItem } from "./ContradictionItem";
import type { useContradictions } from "./useContradictions";
import type { DirectionChanges } from "./useDirectionChanges";

const useStyles = makeStyles({
  body: { outlineStyle: "none" },
  list: { listStyleType: "none", margin: 0, padding: 0 },
  // As high in each of its states: the answer comes after the grid, and must not move the rows below under a pointer.
  bar: { minHeight: "80px", "@media (max-width: 640px)": { minHeight: "112px" } },
  wide: { "@media (max-width: 640px)": { display: "none" } },
});

interface ContradictionsBarProps {
  found: ReturnType<typeof useContradictions>;
  changes: DirectionChanges;
}

/** Says above the grid whether some directions promise more than rights allow, and opens the list of them. */
export function ContradictionsBar(props: ContradictionsBarProps) {
  const styles = useStyles();
  const [open, setOpen] = useState(false);
  const { asking, contradictions, error } = props.found;
  const body = useRef<HTMLDivElement>(null);

  // A button that narrowed its contradiction away takes the focus with it, and the keyboard would leave the panel.
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new list may have lost the button with the focus.
  useEffect(() => {
    if (document.activeElement === document.body) body.current?.focus();
  }, [contradictions]);
  const title = contradictionsTitle(contradictions);
  return (
    <>
      {contradictions.length === 0 ? (
        <MessageBar className={styles.bar} intent={error ? "warning" : asking ? "info" : "success"} layout="multiline">
          <MessageBarBody>
            {error
              ? `Directions could not be compared with rights. ${errorMessage(error)}`
              : asking
                ? "Comparing directions with rights …"
                : "Every direction is within the rights of those it holds for."}
          </MessageBarBody>
        </MessageBar>
      ) : (
        <MessageBar className={styles.bar} intent="warning" layout="multiline">
          <MessageBarBody>
            <MessageBarTitle>{title}</MessageBarTitle>
            <span className={styles.wide}>
              Their rights stand against it; nothing is lost, it just does not flow for them.
            </span>
          </MessageBarBody>
          <MessageBarActions>
            <Button onClick={() => setOpen(true)}>Show contradictions</Button>
          </MessageBarActions>
        </MessageBar>
      )}
      {open && (
        <SidePanel onClose={() => setOpen(false)} title="What can’t travel as set">
          <div className={styles.body} ref={body} tabIndex={-1}>
            {contradictions.length === 0 ? (
              <span role="status">No contradiction is left: everything can travel as it is set.</span>
            ) : (
              <ul aria-label="Contradictions" className={styles.list}>
                {contradictions.map((one) => (
                  <ContradictionItem
                    changes={props.changes}
                    contradiction={one}
                    key={`${one.mapping.id} ${one.message}`}
                  />
                ))}
              </ul>
            )}
          </div>
        </SidePanel>
      )}
    </>
  );
}
