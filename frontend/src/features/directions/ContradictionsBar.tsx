import {
  Button,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
} from "@fluentui/react-components";
import { useState } from "react";
import { contradictionsTitle } from "../../lib/contradictions";
import { SidePanel } from "../../ui/SidePanel";
import { ContradictionItem } from "./ContradictionItem";
import type { useContradictions } from "./useContradictions";
import type { DirectionChanges } from "./useDirectionChanges";

const useStyles = makeStyles({ list: { listStyleType: "none", margin: 0, padding: 0 } });

interface ContradictionsBarProps {
  contradictions: ReturnType<typeof useContradictions>["contradictions"];
  changes: DirectionChanges;
}

/** Says above the grid that some directions promise more than rights allow, and opens the list of them. */
export function ContradictionsBar(props: ContradictionsBarProps) {
  const styles = useStyles();
  const [open, setOpen] = useState(false);
  const { contradictions } = props;
  const title = contradictionsTitle(contradictions);
  return (
    <>
      {contradictions.length > 0 && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>
            <MessageBarTitle>{title}</MessageBarTitle>
            Their rights stand against it; nothing is lost, it just does not flow for them.
          </MessageBarBody>
          <MessageBarActions>
            <Button onClick={() => setOpen(true)}>Show contradictions</Button>
          </MessageBarActions>
        </MessageBar>
      )}
      {open && (
        <SidePanel onClose={() => setOpen(false)} title="What can’t travel as set">
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
        </SidePanel>
      )}
    </>
  );
}
