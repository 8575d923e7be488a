import { useCallback, useEffect, useState } from "react";
import { type Client, type CombinedError, useClient } from "urql";
import { type FragmentType, graphql, readFragment } from "../gql";
import type { Members_PageFragment } from "../gql/graphql";

const Members_page = graphql(`
  fragment Members_page on PrincipalConnection {
    pageInfo {
      hasNextPage
      endCursor
    }
    nodes {
      id
      name
      kind
    }
  }
`);

const ProfileMembersQuery = graphql(`
  query ProfileMembers($id: ID!, $after: String) {
    node(id: $id) {
      id
      ... on Profile {
        members(first: 1000, after: $after) {
          ...Members_page
        }
      }
    }
  }
`);

const FieldProfileMembersQuery = graphql(`
  query FieldProfileMembers($id: ID!, $after: String) {
    node(id: $id) {
      id
      ... on FieldProfile {
        members(first: 1000, after: $after) {
          ...Members_page
        }
      }
    }
  }
`);

const RoleHoldersQuery = graphql(`
  query RoleHolders($id: ID!, $after: String) {
    node(id: $id) {
      id
      ... on SecurityRole {
        holders(first: 1000, after: $after) {
          ...Members_page
        }
      }
    }
  }
`);

const TeamMembersQuery = graphql(`
  query TeamMembers($id: ID!, $after: String) {
    node(id: $id) {
      id
      ... on Principal {
        rights {
          members(first: 1000, after: $after) {
            ...Members_page
          }
        }
      }
    }
  }
`);

export type MembersOf = "Profile" | "FieldProfile" | "SecurityRole" | "Team";
export type Member = Members_PageFragment["nodes"][number];
type MaskedPage = FragmentType<typeof Members_page> | null | undefined;
type Answer = Promise<{ page: MaskedPage; error?: CombinedError }>;

/** One page from the server; of what is not there, or not to be seen, there is none. */
async function ask(client: Client, of: MembersOf, id: string, after: string | null): Answer {
  const variables = { id, after };
  const context = { requestPolicy: "network-only" } as const;
  switch (of) {
    case "Profile": {
      const { data, error } = await client.query(ProfileMembersQuery, variables, context);
      return { page: data?.node && "members" in data.node ? data.node.members : null, error };
    }
    case "FieldProfile": {
      const { data, error } = await client.query(FieldProfileMembersQuery, variables, context);
      return { page: data?.node && "members" in data.node ? data.node.members : null, error };
    }
    case "SecurityRole": {
      const { data, error } = await client.query(RoleHoldersQuery, variables, context);
      return { page: data?.node && "holders" in data.node ? data.node.holders : null, error };
    }
    case "Team": {
      const { data, error } = await client.query(TeamMembersQuery, variables, context);
      return { page: data?.node && "rights" in data.node ? data.node.rights?.members : null, error };
    }
  }
}

/**
 * All members of something, page after page; null until the last one is there, so that nobody is lost where the
 * whole set is written back. Nothing is asked for while there is no id.
 */
export function useMembers(of: MembersOf, id: string | null) {
  const client = useClient();
  const [members, setMembers] = useState<readonly Member[] | null>(null);
  const [error, setError] = useState<CombinedError | null>(null);
  const [attempt, setAttempt] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt asks once more.
  useEffect(() => {
    if (id === null) return;
    let gone = false;
    const load = async () => {
      const found: Member[] = [];
      for (let after: string | null = null, more = true; more; ) {
        const { page: masked, error: failed } = await ask(client, of, id, after);
        if (gone) return;
        if (failed) return setError(failed);
        const page = readFragment(Members_page, masked);
        found.push(...(page?.nodes ?? []));
        more = page?.pageInfo.hasNextPage ?? false;
        after = page?.pageInfo.endCursor ?? null;
      }
      setMembers(found);
    };
    void load();
    return () => {
      gone = true;
    };
  }, [client, of, id, attempt]);

  const retry = useCallback(() => {
    setError(null);
    setAttempt((was) => was + 1);
  }, []);
  return { members, error, retry };
}
