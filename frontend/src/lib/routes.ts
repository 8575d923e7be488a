import type { RecordKind } from "../gql/graphql";
import { kindOfSlug } from "./kinds";

export type Route =
  | { page: "directions"; kind: RecordKind }
  | { page: "versions" }
  | { page: "runs" }
  | { page: "run"; id: string }
  | { page: "mailboxes" }
  | { page: "account" }
  | { page: "not-found" };

export function matchRoute(path: string): Route {
  const [first, second, ...rest] = path.split("/").filter(Boolean).map(decode);
  if (rest.length > 0) return { page: "not-found" };
  if (first === undefined || first === "directions") {
    const kind = second === undefined ? "CONTACT" : kindOfSlug(second);
    return kind ? { page: "directions", kind } : { page: "not-found" };
  }
  if (first === "runs" && second !== undefined) return { page: "run", id: second };
  if (second !== undefined) return { page: "not-found" };
  if (first === "versions" || first === "runs" || first === "mailboxes" || first === "account") return { page: first };
  return { page: "not-found" };
}

export function runPath(id: string): string {
  return `/runs/${encodeURIComponent(id)}`;
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
