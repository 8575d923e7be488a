import type { RunMode } from "../gql/graphql";
import { formatNumber } from "./format";
import { type Counts, toCrm, toOutlook } from "./runWords";

interface Tile {
  title: string;
  value: number;
  detail: string;
  tone: "plain" | "warn" | "bad";
}

/** The totals of a run, most telling first. The four that say where data went are always there. */
export function totalTiles(counts: Counts, mode: RunMode): Tile[] {
  if (mode === "VERIFY") return verifiedTiles(counts);
  const would = mode === "PREVIEW" ? "Would go" : "Went";
  const always: Tile[] = [
    {
      title: `${would} to Outlook`,
      value: toOutlook(counts),
      detail: split(counts.createdInOutlook, counts.updatedInOutlook, counts.deletedInOutlook),
      tone: "plain",
    },
    {
      title: `${would} to CRM`,
      value: toCrm(counts),
      detail: split(counts.createdInCrm, counts.updatedInCrm, counts.deletedInCrm),
      tone: "plain",
    },
    { title: "Conflicts", value: counts.conflicts, detail: "both sides changed", tone: "warn" },
    { title: "Failed", value: counts.failed, detail: "not written", tone: "bad" },
  ];
  const sometimes: Tile[] = [
    { title: "Held", value: counts.held, detail: "waiting for your yes", tone: "warn" },
    { title: "Skipped", value: counts.skipped, detail: "by rule or right", tone: "warn" },
    { title: "Strays", value: counts.strays, detail: "edits that stay where they are", tone: "plain" },
    { title: "Linked", value: counts.linked, detail: "found on both sides", tone: "plain" },
    { title: "Unlinked", value: counts.unlinked, detail: "no longer belong together", tone: "plain" },
    { title: "Unchanged", value: counts.unchanged, detail: "nothing to do", tone: "plain" },
  ];
  return [...always, ...sometimes.filter((tile) => tile.value > 0)];
}

/** A verify run writes nothing: what it tells is what agrees and what does not. */
function verifiedTiles(counts: Counts): Tile[] {
  return [
    { title: "Differences", value: counts.different, detail: "fields, and missing ends of links", tone: "warn" },
    { title: "Agree", value: counts.unchanged, detail: "records with their items", tone: "plain" },
    {
      title: "Waiting",
      value: counts.recordsChanged + counts.itemsChanged,
      detail: "changed since the last sync",
      tone: "plain",
    },
  ];
}

function split(created: number, updated: number, deleted: number): string {
  const parts = [
    [created, "new"],
    [updated, "updated"],
    [deleted, "deleted"],
  ] as const;
  const text = parts.filter(([value]) => value > 0).map(([value, word]) => `${formatNumber(value)} ${word}`);
  return text.join(", ") || "none";
}
