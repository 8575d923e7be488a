import { useCallback } from "react";
import { useQuery } from "urql";
import { graphql } from "../gql";
import { usePolling } from "./usePolling";

const AttentionCountsQuery = graphql(`
  query AttentionCounts($mailboxId: ID) {
    conflicts(first: 0, mailboxId: $mailboxId, state: OPEN) {
      totalCount
    }
    matchReviews(first: 0, mailboxId: $mailboxId) {
      totalCount
    }
    deadLetters(first: 0, mailboxId: $mailboxId) {
      totalCount
    }
    heldDeletions(first: 0, mailboxId: $mailboxId) {
      totalCount
    }
  }
`);

const POLL_MS = 60_000;

export interface AttentionCounts {
  conflicts: number;
  questions: number;
  failed: number;
  held: number;
}

/** How much waits for a person: of one mailbox, or of all that the viewer sees; null until it is known. */
export function useAttentionCounts(mailboxId: string | null): AttentionCounts | null {
  const [{ data }, refetch] = useQuery({ query: AttentionCountsQuery, variables: { mailboxId } });
  const ask = useCallback(() => refetch({ requestPolicy: "network-only" }), [refetch]);
  usePolling(ask, POLL_MS);
  if (!data) return null;
  return {
    conflicts: data.conflicts.totalCount,
    questions: data.matchReviews.totalCount,
    failed: data.deadLetters.totalCount,
    held: data.heldDeletions.totalCount,
  };
}
