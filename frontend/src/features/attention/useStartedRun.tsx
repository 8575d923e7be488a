import { useCallback } from "react";
import { runPath } from "../../lib/routes";
import { Link } from "../../ui/Link";
import { useNotify } from "../../ui/useNotify";

/** Says what was ordered, and leads to the run that carries it out; without one the next run does. */
export function useStartedRun(): (title: string, runId: string | undefined) => void {
  const notify = useNotify();
  return useCallback(
    (title: string, runId: string | undefined) =>
      notify({
        intent: "success",
        title,
        body: runId ? "A run carries it out." : "The next run of the mailbox carries it out.",
        action: runId && <Link to={runPath(runId)}>See the run</Link>,
      }),
    [notify],
  );
}
