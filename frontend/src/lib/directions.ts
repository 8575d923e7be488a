import type { Direction } from "../gql/graphql";

/** A one-way flow; BOTH is the two flows together, NONE is neither. */
type Flow = "TO_OUTLOOK" | "TO_CRM";

const FLOWS: Record<Direction, readonly Flow[]> = {
  NONE: [],
  TO_OUTLOOK: ["TO_OUTLOOK"],
  TO_CRM: ["TO_CRM"],
  BOTH: ["TO_OUTLOOK", "TO_CRM"],
};

/** The order in which legends and filters list the directions. */
export const DIRECTIONS: readonly Direction[] = ["BOTH", "TO_CRM", "TO_OUTLOOK", "NONE"];

const WORDS: Record<Direction, string> = {
  BOTH: "both ways",
  TO_CRM: "Outlook to CRM",
  TO_OUTLOOK: "CRM to Outlook",
  NONE: "not synchronized",
};

/** The direction in the middle of a sentence. */
export function directionWords(direction: Direction): string {
  return WORDS[direction];
}

/** The direction as a label of its own. */
export function directionTitle(direction: Direction): string {
  const words = WORDS[direction];
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Steps around the allowed directions; stays put when there is nowhere to go. */
export function stepDirection(current: Direction, allowed: readonly Direction[], step: 1 | -1): Direction {
  if (allowed.length === 0) return current;
  const at = allowed.indexOf(current);
  // A direction that is no longer allowed (a changed catalogue) must not trap the arrow.
  if (at === -1) return (step === 1 ? allowed[0] : allowed.at(-1)) ?? current;
  return allowed[(at + step + allowed.length) % allowed.length] ?? current;
}

interface FlowChange {
  opens: Flow[];
  closes: Flow[];
}

/** Which flows a change of direction starts and which it stops. */
function flowChange(before: Direction, after: Direction): FlowChange {
  return {
    opens: FLOWS[after].filter((flow) => !FLOWS[before].includes(flow)),
    closes: FLOWS[before].filter((flow) => !FLOWS[after].includes(flow)),
  };
}

/** What the change means to people, one sentence per flow. */
export function flowSentences(before: Direction, after: Direction): string[] {
  const { opens, closes } = flowChange(before, after);
  return [
    ...opens.map((flow) =>
      flow === "TO_OUTLOOK"
        ? "Opens CRM to Outlook: changes made in CRM will reach Outlook."
        : "Opens Outlook to CRM: changes made in Outlook will reach CRM.",
    ),
    ...closes.map((flow) =>
      flow === "TO_OUTLOOK"
        ? "Closes CRM to Outlook: changes made in CRM stay in CRM."
        : "Closes Outlook to CRM: changes made in Outlook stay in Outlook.",
    ),
  ];
}
