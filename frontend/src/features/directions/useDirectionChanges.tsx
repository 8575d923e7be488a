import { Button } from "@fluentui/react-components";
import { useCallback, useMemo, useRef, useSyncExternalStore } from "react";
import { useClient } from "urql";
import { graphql } from "../../gql";
import { policyTitle } from "../../lib/conflictPolicies";
import { DirectionQueue, type RowState, type SendResult, type Wish } from "../../lib/directionQueue";
import { directionWords } from "../../lib/directions";
import { errorMessage } from "../../lib/serverErrors";
import { useNotify } from "../../ui/useNotify";

const MappingDirectionsSetMutation = graphql(`
  mutation MappingDirectionsSet($input: MappingDirectionsSetInput!) {
    mappingDirectionsSet(input: $input) {
      mappings {
        id
        ...MappingGrid_mapping
        draftDirection
        draftConflictPolicy
        revision
      }
      profile {
        id
        ...DraftBar_profile
      }
      errors {
        code
        message
      }
    }
  }
`);

const MappingPoliciesSetMutation = graphql(`
  mutation MappingPoliciesSet($input: MappingPoliciesSetInput!) {
    mappingPoliciesSet(input: $input) {
      mappings {
        id
        ...MappingGrid_mapping
        draftDirection
        draftConflictPolicy
        revision
      }
      profile {
        id
        ...DraftBar_profile
      }
      errors {
        code
        message
      }
    }
  }
`);

const StaleMappingQuery = graphql(`
  query StaleMapping($profileId: ID) {
    profiles {
      id
      isDefault
      draft {
        changedBy {
          id
          name
        }
      }
      published {
        id
        publishedBy {
          id
          name
        }
      }
      ...DraftBar_profile
    }
    mappings(profileId: $profileId) {
      id
      ...MappingGrid_mapping
      outlookLabel
      draftDirection
      draftConflictPolicy
      revision
    }
  }
`);

interface KnownMapping extends RowState {
  id: string;
  outlookLabel: string;
}

export interface DirectionChanges {
  /** What the page does not hold yet, by mapping. */
  pending: ReadonlyMap<string, Wish>;
  set: (mappingId: string, wish: Wish) => void;
  learn: (mapping: KnownMapping) => void;
}

/** Changes of arrows as the page sees them; `profileId` is null for the default profile. */
export function useDirectionChanges(profileId: string | null, onRefetch: () => void): DirectionChanges {
  const client = useClient();
  const notify = useNotify();
  const labels = useRef(new Map<string, string>());
  const refetch = useRef(onRefetch);
  refetch.current = onRefetch;

  const queue = useMemo(() => {
    const label = (id: string) => labels.current.get(id) ?? "The field";
    // Filled while a stale answer is handled: who was faster, and what the row holds now.
    const lost = new Map<string, { who: string; now: Wish | null }>();

    const reread = async (mappingId: string): Promise<RowState | null> => {
      const { data } = await client
        .query(StaleMappingQuery, { profileId: profileId ?? undefined }, { requestPolicy: "network-only" })
        .toPromise();
      const row = data?.mappings.find((one) => one.id === mappingId) ?? null;
      const profile = data?.profiles.find((one) => (profileId ? one.id === profileId : one.isDefault));
      const who = profile?.draft.changedBy?.name ?? profile?.published.publishedBy?.name ?? "Somebody else";
      lost.set(mappingId, { who, now: row && { direction: row.draftDirection, policy: row.draftConflictPolicy } });
      return row;
    };

    const ask = async (mappingId: string, wish: Wish, expectedRevision: number) => {
      const profile = { profileId: profileId ?? undefined };
      if (wish.policy !== undefined) {
        const input = { ...profile, changes: [{ mappingId, policy: wish.policy, expectedRevision }] };
        const { data, error } = await client.mutation(MappingPoliciesSetMutation, { input }).toPromise();
        return { error, payload: data?.mappingPoliciesSet };
      }
      const input = { ...profile, changes: [{ mappingId, direction: wish.direction ?? "NONE", expectedRevision }] };
      const { data, error } = await client.mutation(MappingDirectionsSetMutation, { input }).toPromise();
      return { error, payload: data?.mappingDirectionsSet };
    };

    const send = async (mappingId: string, wish: Wish, expectedRevision: number): Promise<SendResult> => {
      const { error, payload } = await ask(mappingId, wish, expectedRevision);
      if (error) return { outcome: "refused", message: errorMessage(error) };
      const problem = payload?.errors[0];
      if (problem?.code === "STALE_REVISION") return { outcome: "stale", row: await reread(mappingId) };
      if (problem) return { outcome: "refused", message: problem.message };
      const row = payload?.mappings?.find((one) => one.id === mappingId);
      return row
        ? { outcome: "saved", row }
        : { outcome: "refused", message: "The server did not confirm the change." };
    };

    const changes: DirectionQueue = new DirectionQueue({
      send,
      onStale: (mappingId, wanted) => {
        const { who, now } = lost.get(mappingId) ?? { who: "Somebody else", now: null };
        const state = now ? ` It is now ${wishWords(only(now, wanted))} in the draft.` : "";
        const differs = wishWords(only(now ?? {}, wanted)) !== wishWords(wanted);
        notify({
          intent: "warning",
          title: `${who} changed this field meanwhile`,
          body: `${label(mappingId)}: your choice, ${wishWords(wanted)}, was not saved.${state}`,
          action: differs && (
            <Button onClick={() => changes.set(mappingId, wanted)} size="small">
              Use my choice
            </Button>
          ),
        });
      },
      onRefused: (mappingId, message) => {
        notify({ intent: "error", title: `${label(mappingId)} was not changed`, body: message });
        refetch.current();
      },
    });
    return changes;
  }, [client, notify, profileId]);

  const pending = useSyncExternalStore(queue.subscribe, queue.pending);
  const learn = useCallback(
    (mapping: KnownMapping) => {
      labels.current.set(mapping.id, mapping.outlookLabel);
      const { draftDirection, draftConflictPolicy, revision } = mapping;
      queue.learn(mapping.id, { draftDirection, draftConflictPolicy, revision });
    },
    [queue],
  );
  const set = useCallback((mappingId: string, wish: Wish) => queue.set(mappingId, wish), [queue]);
  return useMemo(() => ({ pending, set, learn }), [pending, set, learn]);
}

/** Those parts of a row that the wish is about. */
function only(row: Wish, wish: Wish): Wish {
  return {
    ...(wish.direction !== undefined && { direction: row.direction }),
    ...(wish.policy !== undefined && { policy: row.policy }),
  };
}

function wishWords({ direction, policy }: Wish): string {
  return [direction && directionWords(direction), policy && policyTitle(policy)].filter(Boolean).join(", ");
}
