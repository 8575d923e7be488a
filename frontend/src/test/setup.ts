import { cleanup, configure } from "@testing-library/react";
import { afterEach } from "vitest";

// The default of one second is a race on a busy machine; a state that never comes still fails.
// Hidden elements count: Fluent's focus trap takes an element without layout, which is each in jsdom, for hidden.
configure({ asyncUtilTimeout: 5000, defaultHidden: true });

// jsdom has no layout; these stand in for what Fluent asks of a browser.
window.matchMedia ??= (query: string) =>
  ({
    matches: false,
    media: query,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
  }) as unknown as MediaQueryList;
window.scrollTo = () => undefined;
globalThis.ResizeObserver ??= class {
  observe() {}
  unobserve() {}
  disconnect() {}
} as unknown as typeof ResizeObserver;

afterEach(() => {
  cleanup();
  window.history.replaceState(null, "", "/");
});
