import { expect, it } from "vitest";
import { countOf, formatDuration, formatSince, formatUntil, formatUtc } from "./format";

it.each([
  [0.2, "under 1 ms"],
  [12.4, "12 ms"],
  [999, "999 ms"],
  [1234, "1.2 s"],
  [59_960, "1 min"],
  [61_000, "1 min 1 s"],
  [3_600_000, "1 h"],
  [3_660_000, "1 h 1 min"],
])("writes %d ms as %s", (milliseconds, text) => {
  expect(formatDuration(milliseconds)).toBe(text);
});

it.each([
  [0, "just now"],
  [42, "42 s ago"],
  [180, "3 min ago"],
  [7300, "2 h ago"],
])("says how long %d seconds are", (seconds, text) => {
  const at = "2026-11-02T10:00:00Z";
  expect(formatSince(at, Date.parse(at) + seconds * 1000)).toBe(text);
});

it.each([
  [-5, "now"],
  [42, "in 42 s"],
  [180, "in 3 min"],
  [7300, "in 2 h"],
])("says how long it is until %d seconds from now", (seconds, text) => {
  const now = Date.parse("2026-11-02T10:00:00Z");
  expect(formatUntil(new Date(now + seconds * 1000).toISOString(), now)).toBe(text);
});

it("counts in words", () => {
  expect([countOf(1, "change"), countOf(2, "change"), countOf(0, "mailbox", "mailboxes")]).toEqual([
    "1 change",
    "2 changes",
    "0 mailboxes",
  ]);
});

it("gives the instant in UTC for titles", () => {
  expect(formatUtc("2026-11-02T10:00:00+02:00")).toBe("2026-11-02 08:00:00 UTC");
});
