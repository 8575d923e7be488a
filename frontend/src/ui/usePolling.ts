import { useEffect } from "react";

/** Asks again every so often while somebody looks at the page; null rests. */
export function usePolling(ask: () => void, milliseconds: number | null): void {
  useEffect(() => {
    if (milliseconds === null) return;
    const timer = setInterval(() => {
      if (!document.hidden) ask();
    }, milliseconds);
    return () => clearInterval(timer);
  }, [ask, milliseconds]);
}
