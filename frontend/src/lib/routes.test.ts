import { expect, it } from "vitest";
import { KINDS, slugOfKind } from "./kinds";
import {
  attentionFilter,
  attentionPath,
  contactPath,
  directionsPath,
  gridSubject,
  matchRoute,
  runPath,
  securityPath,
  versionsPath,
} from "./routes";

it.each([
  ["/", { page: "directions", kind: "CONTACT" }],
  ["/directions/phone-call", { page: "directions", kind: "PHONE_CALL" }],
  ["/directions/unicorn", { page: "not-found" }],
  ["/contacts", { page: "contacts", id: null }],
  ["/contacts/c-1", { page: "contacts", id: "c-1" }],
  ["/contacts/c-1/more", { page: "not-found" }],
  ["/versions", { page: "versions" }],
  ["/runs", { page: "runs" }],
  ["/runs/abc", { page: "run", id: "abc" }],
  ["/runs/abc/more", { page: "not-found" }],
  ["/account", { page: "account" }],
  ["/mailboxes/1", { page: "not-found" }],
  ["/attention", { page: "attention", tab: "conflicts" }],
  ["/attention/held", { page: "attention", tab: "held" }],
  ["/attention/unicorns", { page: "not-found" }],
  ["/security", { page: "security", tab: "roles", id: null }],
  ["/security/fields/phone-call", { page: "security", tab: "fields", id: "phone-call" }],
  ["/security/unicorns", { page: "not-found" }],
  ["/security/roles/a/b", { page: "not-found" }],
  ["/security/people/a", { page: "not-found" }],
  ["/scope", { page: "scope", tab: "filters", kind: "CONTACT" }],
  ["/scope/filters/task", { page: "scope", tab: "filters", kind: "TASK" }],
  ["/scope/filters/unicorn", { page: "not-found" }],
  ["/scope/why", { page: "scope", tab: "why", kind: "CONTACT" }],
  ["/scope/why/task", { page: "not-found" }],
  ["/deletions", { page: "deletions", tab: "matrix", kind: "CONTACT" }],
  ["/deletions/matrix/fax", { page: "deletions", tab: "matrix", kind: "FAX" }],
  ["/deletions/settings/fax", { page: "not-found" }],
  ["/%", { page: "not-found" }],
])("leads %s to its page", (path, route) => {
  expect(matchRoute(path)).toEqual(route);
});

it("carries any id there and back", () => {
  expect(matchRoute(runPath("UnVuOjE=/2"))).toEqual({ page: "run", id: "UnVuOjE=/2" });
  expect(matchRoute(securityPath("audit", "U2U=/2"))).toEqual({ page: "security", tab: "audit", id: "U2U=/2" });
  expect(matchRoute(contactPath("Q29udA==/2"))).toEqual({ page: "contacts", id: "Q29udA==/2" });
});

it("has a path for each kind", () => {
  for (const { kind } of KINDS)
    expect(matchRoute(`/directions/${slugOfKind(kind)}`)).toEqual({ page: "directions", kind });
});

it("keeps whose directions are shown in the address", () => {
  for (const subject of [
    { profile: null, as: null },
    { profile: "UHI=/1&", as: null },
    { profile: null, as: "UHI=/2" },
  ]) {
    const path = directionsPath("TASK", subject);
    expect(gridSubject(path.replace("/directions/task", ""))).toEqual(subject);
  }
  expect(directionsPath("CONTACT")).toBe("/directions/contact");
  expect(versionsPath("p 1")).toBe("/versions?profile=p+1");
});

it("names a person or a profile, never both", () => {
  expect(directionsPath("CONTACT", { profile: "a", as: "b" })).toBe("/directions/contact?as=b");
});

it("carries the mailbox of the attention page along, and a record only where it counts", () => {
  const filter = { mailbox: "mailbox:1", record: "contact:2" };

  expect(attentionPath("held", filter)).toBe("/attention/held?mailbox=mailbox%3A1");
  expect(attentionFilter(new URL(attentionPath("history", filter), "http://x").search)).toEqual(filter);
  expect(attentionPath("conflicts")).toBe("/attention/conflicts");
  expect(attentionFilter("")).toEqual({ mailbox: null, record: null });
});
