import type { ConflictPolicy } from "../gql/graphql";

/** In the order in which they are offered. */
export const POLICIES: readonly ConflictPolicy[] = ["CRM_LEADS", "OUTLOOK_LEADS", "NEWEST", "ASK"];

interface PolicyWords {
  title: string;
  means: string;
}

const WORDS: Record<ConflictPolicy, PolicyWords> = {
  CRM_LEADS: {
    title: "CRM leads",
    means: "When both sides changed it, the CRM's value stays; Outlook's is put aside.",
  },
  OUTLOOK_LEADS: {
    title: "Outlook leads",
    means: "When both sides changed it, Outlook's value stays; the CRM's is put aside.",
  },
  NEWEST: {
    title: "Newest",
    means: "When both sides changed it, the newer edit stays; the CRM's where the times cannot tell.",
  },
  ASK: {
    title: "Ask",
    means: "When both sides changed it, neither is written until a person has decided. Other fields go on.",
  },
};

export function policyTitle(policy: ConflictPolicy): string {
  return WORDS[policy].title;
}

/** What the policy does, as a sentence. */
export function policyMeans(policy: ConflictPolicy): string {
  return WORDS[policy].means;
}
