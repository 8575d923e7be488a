import { Link as FluentLink } from "@fluentui/react-components";
import type { MouseEvent, ReactNode } from "react";
import { navigate } from "../lib/location";

interface LinkProps {
  to: string;
  children: ReactNode;
  className?: string;
  "aria-label"?: string;
  "aria-current"?: "page";
  title?: string;
}

/** Leaves the click to the browser when a person wants a new tab or window. */
export function followLink(event: MouseEvent<HTMLElement>, to: string): void {
  if (event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  navigate(to);
}

export function Link({ to, ...rest }: LinkProps) {
  return <FluentLink {...rest} href={to} onClick={(event: MouseEvent<HTMLElement>) => followLink(event, to)} />;
}
