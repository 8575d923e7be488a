import type { RunState } from "../gql/graphql";
import { RUN_STATE_WORDS } from "../lib/runWords";
import { StateBadge } from "./StateBadge";

const TONES = {
  QUEUED: "quiet",
  RUNNING: "busy",
  SUCCEEDED: "good",
  FAILED: "bad",
  CANCELLED: "quiet",
} as const;

export function RunStateBadge(props: { state: RunState }) {
  return <StateBadge tone={TONES[props.state]}>{RUN_STATE_WORDS[props.state]}</StateBadge>;
}
