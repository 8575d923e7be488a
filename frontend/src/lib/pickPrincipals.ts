import type { PrincipalKind } from "../gql/graphql";

/** Somebody to pick: a person or a team. */
export interface PickedPrincipal {
  id: string;
  name: string;
  kind: PrincipalKind;
}

/** Those that fit the typed text, each once and in the order of their names. */
export function pickable<P extends PickedPrincipal>(
  principals: readonly P[],
  text: string,
  taken: readonly string[],
): P[] {
  const typed = text.trim().toLowerCase();
  const byId = new Map(principals.map((one) => [one.id, one]));
  return [...byId.values()]
    .filter((one) => !taken.includes(one.id) && one.name.toLowerCase().includes(typed))
    .sort((one, other) => one.name.localeCompare(other.name));
}
