import { Badge } from "@fluentui/react-components";
import type { ReactNode } from "react";

type Tone = "good" | "busy" | "bad" | "warn" | "quiet";

const COLORS = {
  good: "success",
  busy: "brand",
  bad: "danger",
  warn: "warning",
  quiet: "informative",
} as const;

export function StateBadge(props: { tone: Tone; children: ReactNode }) {
  return (
    <Badge appearance="tint" color={COLORS[props.tone]} shape="rounded">
      {props.children}
    </Badge>
  );
}
