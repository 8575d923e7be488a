import type { Direction } from "../gql/graphql";

/** What the server holds for one row, as far as we know. */
export interface RowState {
  draftDirection: Direction;
  revision: number;
}

export type SendResult =
  | { outcome: "saved"; row: RowState }
  | { outcome: "stale"; row: RowState | null }
  | { outcome: "refused"; message: string };

export interface QueueHooks {
  send(mappingId: string, direction: Direction, expectedRevision: number): Promise<SendResult>;
  /** Somebody else was faster; `wanted` is what this user asked for and did not get. */
  onStale(mappingId: string, wanted: Direction): void;
  onRefused(mappingId: string, message: string): void;
}

/**
 * Keeps one request per row on the wire, so that fast clicks never race each other's revision.
 * While one is under way the latest wish waits and replaces the wish before it.
 */
export class DirectionQueue {
  private wishes = new Map<string, Direction>();
  private busy = new Set<string>();
  private rows = new Map<string, RowState>();
  private snapshot: ReadonlyMap<string, Direction> = new Map();
  private listeners = new Set<() => void>();

  constructor(private readonly hooks: QueueHooks) {}

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Directions wished for and not yet confirmed, by mapping. Stable until it changes. */
  pending = (): ReadonlyMap<string, Direction> => this.snapshot;

  /** The server told us more about a row. Older news than what we have is ignored. */
  learn(mappingId: string, row: RowState): void {
    const known = this.rows.get(mappingId);
    if (!known || row.revision >= known.revision) this.rows.set(mappingId, row);
  }

  set(mappingId: string, direction: Direction): void {
    this.wishes.set(mappingId, direction);
    this.changed();
    if (!this.busy.has(mappingId)) void this.drain(mappingId);
  }

  private async drain(mappingId: string): Promise<void> {
    this.busy.add(mappingId);
    try {
      for (;;) {
        const wish = this.wishes.get(mappingId);
        const row = this.rows.get(mappingId);
        if (wish === undefined || row === undefined || row.draftDirection === wish) break;
        const result = await this.hooks.send(mappingId, wish, row.revision);
        if (result.outcome === "saved") {
          this.learn(mappingId, result.row);
          if (this.wishes.get(mappingId) === wish) break;
          continue;
        }
        // The newest wish is the one to report: it is what the person last saw on the arrow.
        const lost = this.wishes.get(mappingId) ?? wish;
        this.wishes.delete(mappingId);
        if (result.outcome === "stale") {
          if (result.row) this.learn(mappingId, result.row);
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

  private changed(): void {
    this.snapshot = new Map(this.wishes);
    for (const listener of this.listeners) listener();
  }
}
