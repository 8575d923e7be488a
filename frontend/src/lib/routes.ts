import type { RecordKind } from "../gql/graphql";
import { kindOfSlug, slugOfKind } from "./kinds";

export type Route =
  | { page: "directions"; kind: RecordKind }
  | { page: "versions" }
  | { page: "runs" }
  | { page: "run"; id: string }
  | { page: "mailboxes" }
  | { page: "contacts"; id: string | null }
  | { page: "not-found" };

export function matchRoute(path: string): Route {
  const [first, second, ...rest] = path.split("/").filter(Boolean).map(decode);
  if (rest.length > 0) return { page: "not-found" };
  if (first === undefined || first === "directions") {
    const kind = second === undefined ? "CONTACT" : kindOfSlug(second);
    return kind ? { page: "directions", kind } : { page: "not-found" };
  }
  if (first === "runs" && second !== undefined) return { page: "run", id: second };
  if (first === "contacts") return { page: "contacts", id: second ?? null };
  if (second !== undefined) return { page: "not-found" };
  if (first === "versions" || first === "runs" || first === "mailboxes") return { page: first };
  return { page: "not-found" };
}

export function runPath(id: string): string {
  return `/runs/${encodeURIComponent(id)}`;
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
