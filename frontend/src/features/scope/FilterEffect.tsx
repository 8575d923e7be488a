import type { FilterScope, RecordKind } from "../../gql/graphql";
import { draftOf, inputOf } from "../../lib/filterDraft";
import type { FilterGroupLike } from "../../lib/filterWords";
import type { PickedPrincipal } from "../../lib/pickPrincipals";
import { FilterPreview } from "./FilterPreview";

export interface StoredFilter {
  id: string;
  scope: FilterScope;
  name: string;
  isActive: boolean;
  excludes: boolean;
  revision: number;
  definition: FilterGroupLike;
  principal?: PickedPrincipal | null;
}

interface FilterEffectProps {
  filter: StoredFilter;
  kind: RecordKind;
  isActive: boolean;
  me: PickedPrincipal;
}

/** What becomes of the scope when a filter is switched, or goes. */
export function FilterEffect({ filter, kind, isActive, me }: FilterEffectProps) {
  const person = filter.principal ?? me;
  return (
    <FilterPreview
      input={{
        kind,
        definition: inputOf(draftOf(filter.definition)),
        excludes: filter.excludes,
        isActive,
        principalId: person.id,
        filterId: filter.id,
      }}
      person={person.id === me.id ? null : person.name}
      scopeOnly
    />
  );
}
