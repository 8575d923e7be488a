import { useEffect, useState } from "react";
import { formatLocal, formatSince, formatUtc } from "../lib/format";

/** A moment: local time to read, UTC in the title. `since` reads "3 min ago" and keeps itself true. */
export function Timestamp(props: { at: string; since?: boolean }) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!props.since) return;
    const timer = setInterval(() => setNow(Date.now()), 15_000);
    return () => clearInterval(timer);
  }, [props.since]);
  return (
    <time
      dateTime={props.at}
      title={props.since ? `${formatLocal(props.at)} · ${formatUtc(props.at)}` : formatUtc(props.at)}
    >
      {props.since ? formatSince(props.at, now) : formatLocal(props.at)}
    </time>
  );
}
