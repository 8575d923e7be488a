import { useEffect, useState } from "react";
import { formatLocal, formatSince, formatUntil, formatUtc } from "../lib/format";

/** A moment: local time to read, UTC in the title. `since` and `until` read "3 min ago", "in 3 min", and stay true. */
export function Timestamp(props: { at: string; since?: boolean; until?: boolean }) {
  const [now, setNow] = useState(() => Date.now());
  const moving = props.since || props.until;
  useEffect(() => {
    if (!moving) return;
    const timer = setInterval(() => setNow(Date.now()), 15_000);
    return () => clearInterval(timer);
  }, [moving]);
  const words = props.since ? formatSince : props.until ? formatUntil : formatLocal;
  return (
    <time
      dateTime={props.at}
      title={moving ? `${formatLocal(props.at)} · ${formatUtc(props.at)}` : formatUtc(props.at)}
    >
      {words(props.at, now)}
    </time>
  );
}
