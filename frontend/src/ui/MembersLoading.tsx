import type { CombinedError } from "urql";
import { errorMessage } from "../lib/serverErrors";
import { ErrorState, LoadingRows } from "./PageStates";

/** What stands in the place of members that are not there yet. */
export function MembersLoading(props: { error: CombinedError | null; onRetry: () => void }) {
  return props.error ? (
    <ErrorState message={errorMessage(props.error)} onRetry={props.onRetry} title="The members could not be loaded" />
  ) : (
    <LoadingRows label="Loading the members" rows={2} />
  );
}
