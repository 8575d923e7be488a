import {
  Button,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  makeStyles,
  Text,
  tokens,
} from "@fluentui/react-components";
import { countOf } from "../lib/format";

const useStyles = makeStyles({
  bar: {
    position: "sticky",
    bottom: tokens.spacingVerticalL,
    zIndex: 10,
    display: "flex",
    flexDirection: "column",
    gap: tokens.spacingVerticalM,
    padding: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalL}`,
    borderRadius: tokens.borderRadiusXLarge,
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    backgroundColor: tokens.colorNeutralBackground1,
    boxShadow: tokens.shadow16,
  },
  line: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: tokens.spacingHorizontalM },
  words: { flex: "1 1 200px", minWidth: 0, overflowWrap: "anywhere" },
  actions: { display: "flex", gap: tokens.spacingHorizontalS },
});

interface SaveBarProps {
  /** Whose changes they are. */
  name: string;
  count: number;
  busy: boolean;
  /** Somebody else was faster; saving makes no sense before a reload. */
  stale: boolean;
  onSave: () => void;
  onDiscard: () => void;
  onReload: () => void;
}

/** What has been turned and not saved yet, with the two ways out. */
export function SaveBar(props: SaveBarProps) {
  const styles = useStyles();
  if (props.count === 0) return null;
  return (
    <section aria-label="Unsaved changes" className={styles.bar}>
      {props.stale && (
        <MessageBar intent="warning" layout="multiline" role="alert">
          <MessageBarBody>
            Somebody changed {props.name} meanwhile. Reload to see what it holds now; your changes stay here to be
            looked at and saved.
          </MessageBarBody>
          <MessageBarActions>
            <Button onClick={props.onReload} size="small">
              Reload
            </Button>
          </MessageBarActions>
        </MessageBar>
      )}
      <div className={styles.line}>
        <Text className={styles.words} role="status" weight="semibold">
          {countOf(props.count, "change")} of {props.name} not saved
        </Text>
        <div className={styles.actions}>
          <Button onClick={props.onDiscard}>Discard</Button>
          <Button appearance="primary" disabled={props.busy || props.stale} onClick={props.onSave}>
            Save
          </Button>
        </div>
      </div>
    </section>
  );
}
