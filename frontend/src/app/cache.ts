import { type Cache, cacheExchange } from "@urql/exchange-graphcache";
import { ATTENTION_KEYS, attentionUpdates } from "./attentionCache";
import { SCOPE_KEYS, scopeUpdates } from "./scopeCache";
import { SECURITY_KEYS, securityUpdates } from "./securityCache";

const embedded = () => null;

/**
 * Rows are kept by id, so the answer of a mutation or a subscription updates every place that shows them.
 * Types without identity are part of their parent and must be named, or the cache warns about them.
 */
export function fieldsyncCache() {
  return cacheExchange({
    keys: {
      Viewer: embedded,
      BlockedFlow: embedded,
      EffectiveDirection: embedded,
      DirectionChange: embedded,
      PolicyChange: embedded,
      ProfileVersionConnection: embedded,
      ProfileDraft: embedded,
      Column: embedded,
      ColumnGrant: embedded,
      Contradiction: embedded,
      ContactConnection: embedded,
      Explanation: embedded,
      ExplanationCheck: embedded,
      PrincipalConnection: embedded,
      PrincipalRights: embedded,
      RecordShare: embedded,
      WithheldField: embedded,
      MailboxError: embedded,
      MailboxConnection: embedded,
      MailboxEdge: embedded,
      RunConnection: embedded,
      RunEdge: embedded,
      OperationConnection: embedded,
      OperationEdge: embedded,
      PageInfo: embedded,
      RunPhase: embedded,
      RunCounts: embedded,
      RunProblemConnection: embedded,
      RunProblem: embedded,
      RunEvent: embedded,
      MutationError: embedded,
      MappingDirectionsSetPayload: embedded,
      MappingPoliciesSetPayload: embedded,
      ProfilePublishPayload: embedded,
      ProfileDraftDiscardPayload: embedded,
      ProfileRestorePayload: embedded,
      RunStartPayload: embedded,
      RunCancelPayload: embedded,
      MailboxConnectPayload: embedded,
      MailboxUpdatePayload: embedded,
      MailboxResumePayload: embedded,
      MailboxDiscoverPayload: embedded,
      FoundCollection: embedded,
      TokenConnection: embedded,
      TokenCreatePayload: embedded,
      TokenRevokePayload: embedded,
      PasswordChangePayload: embedded,
      ...SECURITY_KEYS,
      ...ATTENTION_KEYS,
      RunUndo: embedded,
      UndoPreview: embedded,
      UndoChange: embedded,
      UndoField: embedded,
      UndoObstacle: embedded,
      UndoStartPayload: embedded,
      ...SCOPE_KEYS,
      ProfileCreatePayload: embedded,
      ProfileUpdatePayload: embedded,
      ProfileDeletePayload: embedded,
      ContactAssignPayload: embedded,
      RecordShareSetPayload: embedded,
      ColumnGrantSetPayload: embedded,
    },
    updates: {
      Mutation: {
        // New objects belong into lists whose order only the server knows.
        mailboxConnect: (_result, _args, cache) => invalidateField(cache, "mailboxes"),
        tokenCreate: (_result, _args, cache) => invalidateField(cache, "tokens"),
        tokenRevoke: (_result, _args, cache) => invalidateField(cache, "tokens"),
        profileCreate: (_result, _args, cache) => invalidateField(cache, "profiles"),
        profileDelete: (_result, _args, cache) => invalidateField(cache, "profiles"),
        runStart: (_result, _args, cache) => invalidateField(cache, "runs"),
        undoStart: (_result, _args, cache) => invalidateField(cache, "runs"),
        ...securityUpdates(invalidateField),
        ...attentionUpdates(invalidateField),
        ...scopeUpdates(invalidateField),
      },
    },
  });
}

function invalidateField(cache: Cache, fieldName: string): void {
  for (const field of cache.inspectFields("Query")) {
    if (field.fieldName === fieldName) cache.invalidate("Query", fieldName, field.arguments ?? undefined);
  }
}
