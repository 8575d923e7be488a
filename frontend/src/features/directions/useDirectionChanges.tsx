import { Button } from "@fluentui/react-components";
import { useCallback, useMemo, useRef, useSyncExternalStore } from "react";
import { useClient } from "urql";
import { graphql } from "../../gql";
import type { Direction } from "../../gql/graphql";
import { DirectionQueue, type RowState, type SendResult } from "../../lib/directionQueue";
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
      revision
    }
  }
`);

interface KnownMapping extends RowState {
  id: string;
  outlookLabel: string;
}

export interface DirectionChanges {
  /** Directions that the page does not hold yet, by mapping. */
  pending: ReadonlyMap<string, Direction>;
  set: (mappingId: string, direction: Direction) => void;
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
    const lost = new Map<string, { who: string; now: Direction | null }>();

    const reread = async (mappingId: string): Promise<RowState | null> => {
      const { data } = await client
        .query(StaleMappingQuery, { profileId: profileId ?? undefined }, { requestPolicy: "network-only" })
        .toPromise();
      const row = data?.mappings.find((one) => one.id === mappingId) ?? null;
      const profile = data?.profiles.find((one) => (profileId ? one.id === profileId : one.isDefault));
      const who = profile?.draft.changedBy?.name ?? profile?.published.publishedBy?.name ?? "Somebody else";
      lost.set(mappingId, { who, now: row?.draftDirection ?? null });
      return row;
    };

    const send = async (mappingId: string, direction: Direction, expectedRevision: number): Promise<SendResult> => {
      const input = { profileId: profileId ?? undefined, changes: [{ mappingId, direction, expectedRevision }] };
      const { data, error } = await client.mutation(MappingDirectionsSetMutation, { input }).toPromise();
      if (error) return { outcome: "refused", message: errorMessage(error) };
      const problem = data?.mappingDirectionsSet.errors[0];
      if (problem?.code === "STALE_REVISION") return { outcome: "stale", row: await reread(mappingId) };
      if (problem) return { outcome: "refused", message: problem.message };
      const row = data?.mappingDirectionsSet.mappings?.find((one) => one.id === mappingId);
      return row
        ? { outcome: "saved", row }
        : { outcome: "refused", message: "The server did not confirm the change." };
    };

    const changes: DirectionQueue = new DirectionQueue({
      send,
      onStale: (mappingId, wanted) => {
        const { who, now } = lost.get(mappingId) ?? { who: "Somebody else", now: null };
        const state = now ? ` It is now ${directionWords(now)} in the draft.` : "";
        notify({
          intent: "warning",
          title: `${who} changed this field meanwhile`,
          body: `${label(mappingId)}: your choice, ${directionWords(wanted)}, was not saved.${state}`,
          action: now !== wanted && (
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
      queue.learn(mapping.id, { draftDirection: mapping.draftDirection, revision: mapping.revision });
    },
    [queue],
  );
  const set = useCallback((mappingId: string, direction: Direction) => queue.set(mappingId, direction), [queue]);
  return useMemo(() => ({ pending, set, learn }), [pending, set, learn]);
}
