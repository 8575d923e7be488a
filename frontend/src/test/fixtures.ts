import type { ConflictPolicy, Direction, RecordKind } from "../gql/graphql";
import { stepDirection } from "../lib/directions";
import { NO_COUNTS } from "../lib/runWords";
import { page } from "./pages";

export interface MappingFixture {
  id: string;
  kind: RecordKind;
  outlookLabel: string;
  crmLabel: string;
  outlookProperties: string[];
  crmAttributes: string[];
  direction: Direction;
  draftDirection: Direction;
  defaultDirection: Direction;
  conflictPolicy: ConflictPolicy;
  draftConflictPolicy: ConflictPolicy;
  allowedDirections: Direction[];
  nextDirection: Direction;
  computed: boolean;
  fixedReason: string | null;
  note: string | null;
  revision: number;
  viewerCanEdit: boolean;
  securedAttributes: string[];
  effective: EffectiveFixture;
}

interface EffectiveFixture {
  direction: Direction;
  directionForNew: Direction;
  blockedBecause: { direction: Direction; reason: string; message: string; stage: string; rule: string }[];
}

const ALL: Direction[] = ["BOTH", "TO_CRM", "TO_OUTLOOK", "NONE"];

export function mapping(part: Partial<MappingFixture> & { id: string; outlookLabel: string }): MappingFixture {
  const direction = part.direction ?? "BOTH";
  const draftDirection = part.draftDirection ?? direction;
  const allowedDirections = part.allowedDirections ?? ALL;
  return {
    kind: "CONTACT",
    crmLabel: part.outlookLabel,
    outlookProperties: ["aProperty"],
    crmAttributes: ["anattribute"],
    direction,
    draftDirection,
    defaultDirection: "BOTH",
    conflictPolicy: "CRM_LEADS",
    draftConflictPolicy: part.conflictPolicy ?? "CRM_LEADS",
    allowedDirections,
    computed: false,
    fixedReason: null,
    note: null,
    revision: 1,
    viewerCanEdit: true,
    securedAttributes: [],
    effective: { direction, directionForNew: direction, blockedBecause: [] },
    ...part,
    // Last, so that a spread row with another draft cannot keep the next step of the old one.
    nextDirection: stepDirection(draftDirection, allowedDirections, 1),
  };
}

export const ADA = { __typename: "Principal", id: "p1", name: "Ada", userName: "ada", kind: "USER" };
export const MARA = { __typename: "Principal", id: "p2", name: "Mara", userName: "mara", kind: "USER" };

/** Who looks at the page: an administrator for whom the default profile holds, unless the test says otherwise. */
export function viewer(part: Record<string, unknown> = {}) {
  return {
    actor: "session",
    principal: { ...ADA, rights: null },
    role: "ADMINISTRATOR",
    canAdminister: true,
    profile: { id: "profile", isDefault: true },
    ...part,
  };
}

/** An effective direction that lacks one flow, by the column rule. */
export function blocked(direction: Direction, flow: Direction, rule: string): EffectiveFixture {
  return {
    direction,
    directionForNew: direction,
    blockedBecause: [
      { direction: flow, reason: "NO_UPDATE", message: "The column is secured.", stage: "COLUMN", rule },
    ],
  };
}

interface ProfileParts {
  id?: string;
  name?: string;
  isDefault?: boolean;
  members?: (typeof ADA)[];
  differences?: { mapping: MappingFixture; before: Direction; after: Direction }[];
  revision?: number;
  viewerCanEdit?: boolean;
  changedBy?: typeof ADA | null;
}

export function profileOf(mappings: readonly MappingFixture[], parts: ProfileParts = {}) {
  const published = {
    id: "v4",
    number: 4,
    message: "Before",
    publishedAt: "2026-11-01T10:00:00Z",
    publishedBy: ADA,
    changes: [],
    policyChanges: [],
  };
  return {
    id: parts.id ?? "profile",
    name: parts.name ?? "Default",
    description: "",
    isDefault: parts.isDefault ?? true,
    rank: 1000,
    securedWrites: "KEEP",
    members: page(parts.members ?? []),
    differences: parts.differences ?? [],
    revision: parts.revision ?? 7,
    viewerCanEdit: parts.viewerCanEdit ?? true,
    published,
    draft: {
      changedAt: "2026-11-02T10:00:00Z",
      changedBy: parts.changedBy ?? ADA,
      changes: mappings
        .filter((one) => one.direction !== one.draftDirection)
        .map((one) => ({ mapping: one, before: one.direction, after: one.draftDirection })),
      policyChanges: mappings
        .filter((one) => one.conflictPolicy !== one.draftConflictPolicy)
        .map((one) => ({ mapping: one, before: one.conflictPolicy, after: one.draftConflictPolicy })),
    },
    versions: page([published]),
    mappings,
  };
}

export function run(part: Record<string, unknown> = {}) {
  return {
    id: "run-1",
    mailbox: { id: "mb-1", name: "Nancy", viewerCanSync: true },
    state: "RUNNING",
    mode: "APPLY",
    configuration: "PUBLISHED",
    kinds: ["CONTACT"],
    profileVersion: 4,
    startedBy: ADA,
    queuedAt: "2026-11-02T10:00:00Z",
    startedAt: "2026-11-02T10:00:01Z",
    finishedAt: null,
    milliseconds: null,
    requests: 3,
    phases: [],
    counts: NO_COUNTS,
    error: null,
    problems: page([]),
    operations: {
      nodes: [],
      edges: [],
      totalCount: 0,
      pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
    },
    lastSeq: 2,
    viewerCanCancel: true,
    viewerCanUndo: false,
    undoes: null,
    ...part,
  };
}
