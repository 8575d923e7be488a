import type { ConflictPolicy, Direction } from "../gql/graphql";

/** What the server holds for one row, as far as we know. */
export interface RowState {
  draftDirection: Direction;
  draftConflictPolicy: ConflictPolicy;
  revision: number;
}

/** What is wished for a row; what is left out stays. Both count the same revision, so both wait in one queue. */
export interface Wish {
  direction?: Direction;
  policy?: ConflictPolicy;
}

export type SendResult =
  | { outcome: "saved"; row: RowState }
  | { outcome: "stale"; row: RowState | null }
  | { outcome: "refused"; message: string };

export interface QueueHooks {
  /** Sends one change; `wish` holds a direction or a policy, never both. */
  send(mappingId: string, wish: Wish, expectedRevision: number): Promise<SendResult>;
  /** Somebody else was faster; `wanted` is what this user asked for and did not get. */
  onStale(mappingId: string, wanted: Wish): void;
  onRefused(mappingId: string, message: string): void;
}

/**
 * Keeps one request per row on the wire, so that fast clicks never race each other's revision.
 * While one is under way the latest wish waits and replaces the wish before it.
 */
export class DirectionQueue {
  private wishes = new Map<string, Wish>();
  private busy = new Set<string>();
  private rows = new Map<string, RowState>();
  /** Saved, and not yet seen on the page: until then the page would show what was there before. */
  private ahead = new Map<string, RowState>();
  private snapshot: ReadonlyMap<string, Wish> = new Map();
  private listeners = new Set<() => void>();

  constructor(private readonly hooks: QueueHooks) {}

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** What the page does not hold yet, wished for or just saved, by mapping. Stable until it changes. */
  pending = (): ReadonlyMap<string, Wish> => this.snapshot;

  /** The page holds this of a row. Older news than what we have is ignored. */
  learn(mappingId: string, row: RowState): void {
    this.note(mappingId, row);
    const saved = this.ahead.get(mappingId);
    if (saved && row.revision >= saved.revision) {
      this.ahead.delete(mappingId);
      this.changed();
    }
  }

  private note(mappingId: string, row: RowState): void {
    const known = this.rows.get(mappingId);
    if (!known || row.revision >= known.revision) this.rows.set(mappingId, row);
  }

  set(mappingId: string, wish: Wish): void {
    this.wishes.set(mappingId, { ...this.wishes.get(mappingId), ...wish });
    this.changed();
    if (!this.busy.has(mappingId)) void this.drain(mappingId);
  }

  private async drain(mappingId: string): Promise<void> {
    this.busy.add(mappingId);
    try {
      for (;;) {
        const row = this.rows.get(mappingId);
        const next = row && unmet(this.wishes.get(mappingId), row);
        if (!row || !next) break;
        const result = await this.hooks.send(mappingId, next, row.revision);
        if (result.outcome === "saved") {
          this.note(mappingId, result.row);
          this.ahead.set(mappingId, result.row);
          this.fulfil(mappingId, next);
          continue;
        }
        // The newest wish is the one to report: it is what the person last saw in the row.
        const lost = this.wishes.get(mappingId) ?? next;
        this.wishes.delete(mappingId);
        if (result.outcome === "stale") {
          this.ahead.delete(mappingId);
          if (result.row) this.note(mappingId, result.row);
          this.hooks.onStale(mappingId, lost);
        } else {
          this.hooks.onRefused(mappingId, result.message);
        }
        break;
      }
    } finally {
      this.busy.delete(mappingId);
      this.wishes.delete(mappingId);
      this.changed();
    }
  }

  /** What was asked for and is saved is no wish any more, unless a newer one took its place. */
  private fulfil(mappingId: string, saved: Wish): void {
    const { direction, policy } = this.wishes.get(mappingId) ?? {};
    this.wishes.set(mappingId, {
      ...(direction !== saved.direction && { direction }),
      ...(policy !== saved.policy && { policy }),
    });
  }

  private changed(): void {
    const saved = [...this.ahead].map(
      ([id, row]) => [id, { direction: row.draftDirection, policy: row.draftConflictPolicy }] as const,
    );
    const snapshot = new Map<string, Wish>(saved);
    for (const [id, wish] of this.wishes) snapshot.set(id, { ...snapshot.get(id), ...wish });
    this.snapshot = snapshot;
    for (const listener of this.listeners) listener();
  }
}

/** The first part of a wish that the server does not hold; null if it holds all of it. */
function unmet(wish: Wish | undefined, row: RowState): Wish | null {
  if (wish?.direction !== undefined && wish.direction !== row.draftDirection) return { direction: wish.direction };
  if (wish?.policy !== undefined && wish.policy !== row.draftConflictPolicy) return { policy: wish.policy };
  return null;
}
