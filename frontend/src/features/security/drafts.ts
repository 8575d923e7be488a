import { useCallback, useEffect, useSyncExternalStore } from "react";
import type { Client } from "urql";
import { useClient } from "urql";
import type { FieldDraft } from "../../lib/fieldRights";
import type { RoleDraft } from "../../lib/roleDraft";

/** What was turned and not saved, by the id of the role or field profile. */
interface Drafts {
  roles: ReadonlyMap<string, RoleDraft>;
  fields: ReadonlyMap<string, FieldDraft>;
}

class DraftStore {
  private state: Drafts = { roles: new Map(), fields: new Map() };
  private listeners = new Set<() => void>();

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  read = (): Drafts => this.state;

  set<Kind extends keyof Drafts>(kind: Kind, id: string, draft: RoleDraft | FieldDraft): void {
    const drafts = new Map<string, RoleDraft | FieldDraft>(this.state[kind]);
    if (draft.size === 0) drafts.delete(id);
    else drafts.set(id, draft);
    this.state = { ...this.state, [kind]: drafts };
    for (const listener of this.listeners) listener();
  }
}

/** A client lives as long as a sign-in, so a draft outlives a look at another page and nobody inherits it. */
const stores = new WeakMap<Client, DraftStore>();

function storeOf(client: Client): DraftStore {
  const known = stores.get(client);
  if (known) return known;
  const made = new DraftStore();
  stores.set(client, made);
  return made;
}

export function useRoleDrafts() {
  const store = storeOf(useClient());
  const drafts = useSyncExternalStore(store.subscribe, store.read).roles;
  const setDraft = useCallback((id: string, draft: RoleDraft) => store.set("roles", id, draft), [store]);
  return { drafts, setDraft };
}

export function useFieldDrafts() {
  const store = storeOf(useClient());
  const drafts = useSyncExternalStore(store.subscribe, store.read).fields;
  const setDraft = useCallback((id: string, draft: FieldDraft) => store.set("fields", id, draft), [store]);
  return { drafts, setDraft };
}

/** The browser asks before a reload or a closed window loses what is not saved. */
export function useGuardedDrafts(): void {
  const store = storeOf(useClient());
  const { roles, fields } = useSyncExternalStore(store.subscribe, store.read);
  const dirty = roles.size + fields.size > 0;
  useEffect(() => {
    if (!dirty) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [dirty]);
}
