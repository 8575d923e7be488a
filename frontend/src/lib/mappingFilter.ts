import type { ConflictPolicy, Direction } from "../gql/graphql";

export interface MappingFilter {
  search: string;
  changedOnly: boolean;
  direction: Direction | null;
}

export const NO_FILTER: MappingFilter = { search: "", changedOnly: false, direction: null };

export interface FilterableMapping {
  id: string;
  outlookLabel: string;
  crmLabel: string;
  outlookProperties: readonly string[];
  crmAttributes: readonly string[];
  direction: Direction;
  draftDirection: Direction;
  conflictPolicy: ConflictPolicy;
  draftConflictPolicy: ConflictPolicy;
}

type Draftable = Pick<FilterableMapping, "direction" | "draftDirection" | "conflictPolicy" | "draftConflictPolicy">;

/** Each word of the search must occur in a label, property or attribute; accents and case do not count. */
export function filterMappings<M extends FilterableMapping>(mappings: readonly M[], filter: MappingFilter): M[] {
  const words = fold(filter.search).split(/\s+/).filter(Boolean);
  return mappings.filter((mapping) => {
    if (filter.changedOnly && !isChanged(mapping)) return false;
    if (filter.direction && mapping.draftDirection !== filter.direction) return false;
    if (words.length === 0) return true;
    const text = fold(
      [mapping.outlookLabel, mapping.crmLabel, ...mapping.outlookProperties, ...mapping.crmAttributes].join(" "),
    );
    return words.every((word) => text.includes(word));
  });
}

/** Whether the draft differs from what is in force. */
export function isChanged(mapping: Draftable): boolean {
  return mapping.direction !== mapping.draftDirection || mapping.conflictPolicy !== mapping.draftConflictPolicy;
}

export function isFiltering(filter: MappingFilter): boolean {
  return filter.search.trim() !== "" || filter.changedOnly || filter.direction !== null;
}

/** The catalogue prints typographic apostrophes; people type the straight one. */
function fold(text: string): string {
  return text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replace(/[\u2018\u2019]/g, "'")
    .toLowerCase();
}
