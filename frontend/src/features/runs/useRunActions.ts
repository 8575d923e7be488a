import { useMutation } from "urql";
import { graphql } from "../../gql";
import type { RunConfiguration, RunMode } from "../../gql/graphql";
import { navigate } from "../../lib/location";
import { runPath } from "../../lib/routes";
import { errorMessage } from "../../lib/serverErrors";
import { useNotify } from "../../ui/useNotify";

const RunCancelMutation = graphql(`
  mutation RunCancel($input: RunCancelInput!) {
    runCancel(input: $input) {
      run {
        id
        ...RunPage_run
      }
      errors {
        code
        message
      }
    }
  }
`);

const RunRepeatMutation = graphql(`
  mutation RunRepeat($input: RunStartInput!) {
    runStart(input: $input) {
      runs {
        id
      }
      errors {
        code
        message
      }
    }
  }
`);

interface Repeat {
  mailboxIds: string[];
  mode: RunMode;
  configuration: RunConfiguration;
  /** Carry out the deletions that earlier runs held back. */
  releaseHeld?: boolean;
}

export function useRunActions() {
  const [{ fetching: cancelling }, runCancel] = useMutation(RunCancelMutation);
  const [{ fetching: starting }, runStart] = useMutation(RunRepeatMutation);
  const notify = useNotify();

  const cancel = async (runId: string) => {
    const { data, error } = await runCancel({ input: { runId } });
    const problem = error ? errorMessage(error) : data?.runCancel.errors[0]?.message;
    if (problem) notify({ intent: "error", title: "The run was not cancelled", body: problem });
  };

  const repeat = async (input: Repeat) => {
    const { data, error } = await runStart({ input });
    const problem = error ? errorMessage(error) : data?.runStart.errors[0]?.message;
    const started = data?.runStart.runs?.[0];
    if (started) navigate(runPath(started.id));
    else notify({ intent: "error", title: "The run was not started", body: problem ?? "The server gave no reason." });
  };

  return { busy: cancelling || starting, cancel, repeat };
}
