import type { Cache, KeyingConfig, UpdateResolver } from "@urql/exchange-graphcache";

const embedded = () => null;

/** Which lists and answers a change makes old: what is in scope depends on all of them. */
const MUTATIONS = {
  syncFilterCreate: ["syncFilters", "syncFilterDrift"],
  syncFilterUpdate: ["syncFilterDrift"],
  syncFilterActivate: ["syncFilterDrift"],
  syncFilterDelete: ["syncFilters", "syncFilterDrift"],
  incomingRuleUpdate: [],
  optOutAdd: ["optOuts"],
  optOutRemove: ["optOuts"],
  // The matrix is part of the settings: both count one revision.
  syncSettingsUpdate: ["deletionMatrix"],
  deletionRulesSet: ["deletionMatrix", "syncSettings", "deletionCheck"],
} as const satisfies Record<string, readonly string[]>;

/** What the pages of scope and deletions show without an id of its own. */
export const SCOPE_KEYS: KeyingConfig = {
  SyncFilterConnection: embedded,
  OptOutConnection: embedded,
  FilterGroup: embedded,
  FilterRow: embedded,
  SyncFilterColumn: embedded,
  SyncFilterPreview: embedded,
  SyncFilterDrift: embedded,
  ScopeCounts: embedded,
  ScopeCheck: embedded,
  ScopeCheckStep: embedded,
  NamedRecord: embedded,
  IncomingRule: (rule) => (typeof rule.kind === "string" ? rule.kind : null),
  SyncSettings: () => "one",
  DeletionRules: embedded,
  DeletionCell: (cell) => (typeof cell.key === "string" ? cell.key : null),
  DeletionCheck: embedded,
  SyncFilterTemplateApplyPayload: embedded,
  ...Object.fromEntries(
    Object.keys(MUTATIONS).map((name) => [`${name.charAt(0).toUpperCase()}${name.slice(1)}Payload`, embedded]),
  ),
};

export function scopeUpdates(invalidate: (cache: Cache, field: string) => void): Record<string, UpdateResolver> {
  const answers = ["syncFilterPreview", "scopeCheck"];
  return {
    ...Object.fromEntries(
      Object.entries(MUTATIONS).map(([name, lists]): [string, UpdateResolver] => [
        name,
        (_result, _args, cache) => {
          for (const field of [...lists, ...answers]) invalidate(cache, field);
        },
      ]),
    ),
    // Only a look changes nothing; what is applied makes and changes copies of people who are not on the page.
    syncFilterTemplateApply: (_result, args, cache) => {
      const { preview } = args.input as { preview?: boolean };
      if (preview) return;
      for (const field of ["syncFilters", "syncFilterDrift", ...answers]) invalidate(cache, field);
    },
  };
}
