import { useEffect, useRef } from "react";
import { useQuery } from "urql";
import { graphql } from "../../gql";
import { useKept } from "../../ui/useKept";

const ContradictionsQuery = graphql(`
  query Contradictions($profileId: ID!) {
    contradictions(profileId: $profileId, configuration: DRAFT) {
      mapping {
        id
        kind
      }
      stage
      reach
      message
      ...ContradictionItem_contradiction
    }
  }
`);

/**
 * What the directions on the screen, the draft's, promise and rights forbid; asked again whenever the
 * profile's revision moves. Empty while `ask` is false; `asking` until the first answer.
 */
export function useContradictions(profileId: string, revision: number, ask: boolean) {
  const [{ data, error }, refetch] = useQuery({
    query: ContradictionsQuery,
    variables: { profileId },
    pause: !ask,
  });
  const seen = useRef(revision);
  useEffect(() => {
    if (!ask || seen.current === revision) return;
    seen.current = revision;
    refetch({ requestPolicy: "network-only" });
  }, [ask, revision, refetch]);
  const kept = useKept(data);
  return {
    contradictions: ask ? (kept?.contradictions ?? []) : [],
    error: ask ? error : undefined,
    asking: ask && !kept && !error,
  };
}
