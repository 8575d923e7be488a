import type { RecordKind } from "../gql/graphql";
import { kindOfSlug, slugOfKind } from "./kinds";

export type Route =
  | { page: "directions"; kind: RecordKind }
  | { page: "versions" }
  | { page: "runs" }
  | { page: "run"; id: string }
  | { page: "mailboxes" }
  | { page: "attention"; tab: AttentionTab }
  | { page: "account" }
  | { page: "security"; tab: SecurityTab; id: string | null }
  | { page: "scope"; tab: ScopeTab; kind: RecordKind }
  | { page: "deletions"; tab: DeletionTab; kind: RecordKind }
  | { page: "contacts"; id: string | null }
  | { page: "not-found" };

/** In the order of the tabs. */
export const SECURITY_TABS = ["roles", "fields", "people", "units", "settings", "audit"] as const;
export type SecurityTab = (typeof SECURITY_TABS)[number];
/** In the order of the tabs. */
export const SCOPE_TABS = ["filters", "incoming", "opt-outs", "why"] as const;
export type ScopeTab = (typeof SCOPE_TABS)[number];
/** In the order of the tabs. */
export const DELETION_TABS = ["matrix", "check", "settings"] as const;
export type DeletionTab = (typeof DELETION_TABS)[number];
const TABS_WITH_CHOICE: readonly SecurityTab[] = ["roles", "fields", "audit"];

/** In the order of the tabs. */
export const ATTENTION_TABS = ["conflicts", "questions", "failed", "held", "quarantine", "history"] as const;
export type AttentionTab = (typeof ATTENTION_TABS)[number];

export function matchRoute(path: string): Route {
  const [first, second, ...rest] = path.split("/").filter(Boolean).map(decode);
  if (first === "security") return matchSecurity(second, rest);
  if (first === "scope") return matchScope(second, rest);
  if (first === "deletions") return matchDeletions(second, rest);
  if (rest.length > 0) return { page: "not-found" };
  if (first === undefined || first === "directions") {
    const kind = second === undefined ? "CONTACT" : kindOfSlug(second);
    return kind ? { page: "directions", kind } : { page: "not-found" };
  }
  if (first === "runs" && second !== undefined) return { page: "run", id: second };
  if (first === "contacts") return { page: "contacts", id: second ?? null };
  if (first === "attention") {
    const tab = second === undefined ? "conflicts" : ATTENTION_TABS.find((one) => one === second);
    return tab ? { page: "attention", tab } : { page: "not-found" };
  }
  if (second !== undefined) return { page: "not-found" };
  if (first === "versions" || first === "runs" || first === "mailboxes" || first === "account") return { page: first };
  return { page: "not-found" };
}

/** What stands behind the tab chooses within it: a role, a kind of records, what a history is of. */
function matchSecurity(second: string | undefined, [id, ...rest]: string[]): Route {
  const tab = second === undefined ? "roles" : SECURITY_TABS.find((one) => one === second);
  if (!tab || rest.length > 0) return { page: "not-found" };
  if (id !== undefined && !TABS_WITH_CHOICE.includes(tab)) return { page: "not-found" };
  return { page: "security", tab, id: id ?? null };
}

/** Behind the filters stands of which kind. */
function matchScope(second: string | undefined, [slug, ...rest]: string[]): Route {
  const tab = second === undefined ? "filters" : SCOPE_TABS.find((one) => one === second);
  const kind = slug === undefined ? "CONTACT" : kindOfSlug(slug);
  if (!tab || !kind || rest.length > 0 || (slug !== undefined && tab !== "filters")) return { page: "not-found" };
  return { page: "scope", tab, kind };
}

/** Behind the matrix stands of which kind. */
function matchDeletions(second: string | undefined, [slug, ...rest]: string[]): Route {
  const tab = second === undefined ? "matrix" : DELETION_TABS.find((one) => one === second);
  const kind = slug === undefined ? "CONTACT" : kindOfSlug(slug);
  if (!tab || !kind || rest.length > 0 || (slug !== undefined && tab !== "matrix")) return { page: "not-found" };
  return { page: "deletions", tab, kind };
}

export function deletionsPath(tab: DeletionTab, kind?: RecordKind): string {
  return kind === undefined ? `/deletions/${tab}` : `/deletions/${tab}/${slugOfKind(kind)}`;
}

export function scopePath(tab: ScopeTab, kind?: RecordKind): string {
  return kind === undefined ? `/scope/${tab}` : `/scope/${tab}/${slugOfKind(kind)}`;
}

export function securityPath(tab: SecurityTab, id?: string): string {
  return id === undefined ? `/security/${tab}` : `/security/${tab}/${encodeURIComponent(id)}`;
}

export function runPath(id: string): string {
  return `/runs/${encodeURIComponent(id)}`;
}

/** What the lists of the attention page are narrowed to. */
export interface AttentionFilter {
  mailbox: string | null;
  /** Only the history knows of single records. */
  record: string | null;
}

export function attentionFilter(search: string): AttentionFilter {
  const parameters = new URLSearchParams(search);
  return { mailbox: parameters.get("mailbox") || null, record: parameters.get("record") || null };
}

export function attentionPath(tab: AttentionTab, filter: Partial<AttentionFilter> = {}): string {
  const parameters = new URLSearchParams();
  if (filter.mailbox) parameters.set("mailbox", filter.mailbox);
  if (filter.record && tab === "history") parameters.set("record", filter.record);
  const text = parameters.toString();
  return `/attention/${tab}${text && `?${text}`}`;
}

/** Without an id the list; with one the list with that contact opened. */
export function contactPath(id: string | null): string {
  return id === null ? "/contacts" : `/contacts/${encodeURIComponent(id)}`;
}

/** Whose directions the grid shows: a profile's (the default one's when null), or those somebody gets. */
export interface GridSubject {
  profile: string | null;
  as: string | null;
}

export const DEFAULT_PROFILE: GridSubject = { profile: null, as: null };

export function gridSubject(search: string): GridSubject {
  const parameters = new URLSearchParams(search);
  return { profile: parameters.get("profile") || null, as: parameters.get("as") || null };
}

export function directionsPath(kind: RecordKind, subject: GridSubject = DEFAULT_PROFILE): string {
  return `/directions/${slugOfKind(kind)}${subjectSearch(subject)}`;
}

export function versionsPath(profile: string | null): string {
  return `/versions${subjectSearch({ profile, as: null })}`;
}

function subjectSearch({ profile, as }: GridSubject): string {
  const parameters = new URLSearchParams();
  // Somebody's profile follows from the person; an address with both would contradict itself.
  if (as) parameters.set("as", as);
  else if (profile) parameters.set("profile", profile);
  const text = parameters.toString();
  return text && `?${text}`;
}

/** Opens the runs with the question "preview the draft?" already asked. */
export const DRAFT_PREVIEW_PATH = "/runs?start=draft-preview";

export function asksForDraftPreview(search: string): boolean {
  return new URLSearchParams(search).get("start") === "draft-preview";
}

/** A hand-typed "%" must lead to the not-found page, not to a blank one. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
