import type { Cache, KeyingConfig, UpdateResolver } from "@urql/exchange-graphcache";

const embedded = () => null;

/** Which lists a decision changes; the runs among them, where one may have been started. */
const MUTATIONS = {
  conflictResolve: ["conflicts", "runs"],
  matchReviewsDecide: ["matchReviews"],
  deadLetterRetry: ["deadLetters"],
  heldRelease: ["heldDeletions", "runs"],
  quarantineRestore: ["quarantine", "runs"],
  lostValueRestore: ["history", "runs"],
} as const satisfies Record<string, readonly string[]>;

const LISTS = ["Conflict", "MatchReview", "DeadLetter", "HeldDeletion", "Quarantined", "LostValue"];

export const ATTENTION_KEYS: KeyingConfig = Object.fromEntries(
  [
    "MatchCandidate",
    ...LISTS.flatMap((name) => [`${name}Connection`, `${name}Edge`]),
    ...Object.keys(MUTATIONS).map((name) => `${name.charAt(0).toUpperCase()}${name.slice(1)}Payload`),
  ].map((name) => [name, embedded]),
);

/** What was decided leaves its list, or stands in another place of it: only the server knows. */
export function attentionUpdates(invalidate: (cache: Cache, field: string) => void): Record<string, UpdateResolver> {
  return Object.fromEntries(
    Object.entries(MUTATIONS).map(([name, lists]): [string, UpdateResolver] => [
      name,
      (_result, _args, cache) => {
        for (const list of lists) invalidate(cache, list);
      },
    ]),
  );
}
