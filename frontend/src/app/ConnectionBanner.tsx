import { MessageBar, MessageBarBody, makeStyles } from "@fluentui/react-components";
import { useEffect, useState } from "react";
import { useConnection } from "../ui/useStores";

const useStyles = makeStyles({
  banner: { position: "sticky", top: "56px", zIndex: 19, borderRadius: 0 },
});

/** A hiccup that heals within a second and a half is nobody's business. */
const PATIENCE_MS = 1500;

export function ConnectionBanner() {
  const styles = useStyles();
  const lost = useConnection().state === "lost";
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (!lost) {
      setShown(false);
      return;
    }
    const timer = setTimeout(() => setShown(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [lost]);

  if (!shown) return null;
  return (
    <MessageBar className={styles.banner} intent="warning" role="status">
      <MessageBarBody>
        The live connection is lost. What you see may be old; Fieldsync reconnects by itself.
      </MessageBarBody>
    </MessageBar>
  );
}
