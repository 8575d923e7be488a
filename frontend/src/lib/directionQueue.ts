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
  /** Saved, and not yet seen on the page: until then the page would show the direction before it. */
  private ahead = new Map<string, RowState>();
  private snapshot: ReadonlyMap<string, Direction> = new Map();
  private listeners = new Set<() => void>();

  constructor(private readonly hooks: QueueHooks) {}

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Directions that the page does not hold yet, wished for or just saved, by mapping. Stable until it changes. */
  pending = (): ReadonlyMap<string, Direction> => this.snapshot;

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
          this.note(mappingId, result.row);
          this.ahead.set(mappingId, result.row);
          if (this.wishes.get(mappingId) === wish) break;
          continue;
        }
        // The newest wish is the one to report: it is what the person last saw on the arrow.
        const lost = this.wishes.get(mappingId) ?? wish;
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

  private changed(): void {
    const saved = [...this.ahead].map(([id, row]) => [id, row.draftDirection] as const);
    this.snapshot = new Map([...saved, ...this.wishes]);
    for (const listener of this.listeners) listener();
  }
}
