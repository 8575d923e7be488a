import type { PrincipalKind } from "../gql/graphql";

const KIND_WORDS: Record<PrincipalKind, string> = {
  USER: "User",
  OWNER_TEAM: "Owner team",
  ACCESS_TEAM: "Access team",
};

export function principalKindTitle(kind: PrincipalKind): string {
  return KIND_WORDS[kind];
}
