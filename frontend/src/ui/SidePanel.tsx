import {
  Button,
  DrawerBody,
  DrawerHeader,
  DrawerHeaderTitle,
  makeStyles,
  OverlayDrawer,
  tokens,
} from "@fluentui/react-components";
import { Dismiss20Regular } from "@fluentui/react-icons";
import type { ReactNode } from "react";

const useStyles = makeStyles({
  panel: { width: "min(520px, 100vw)" },
  title: { overflowWrap: "anywhere", minWidth: 0 },
  body: {
    display: "flex",
    flexDirection: "column",
    gap: tokens.spacingVerticalL,
    paddingBlock: tokens.spacingVerticalM,
    paddingBottom: tokens.spacingVerticalXXL,
  },
});

/** A closer look beside the page, which stays where it was. */
export function SidePanel(props: { title: string; children: ReactNode; onClose: () => void }) {
  const styles = useStyles();
  return (
    <OverlayDrawer
      aria-label={props.title}
      className={styles.panel}
      onOpenChange={(_, data) => !data.open && props.onClose()}
      open
      position="end"
    >
      <DrawerHeader>
        <DrawerHeaderTitle
          action={<Button appearance="subtle" aria-label="Close" icon={<Dismiss20Regular />} onClick={props.onClose} />}
          heading={{ className: styles.title }}
        >
          {props.title}
        </DrawerHeaderTitle>
      </DrawerHeader>
      <DrawerBody className={styles.body}>{props.children}</DrawerBody>
    </OverlayDrawer>
  );
}
