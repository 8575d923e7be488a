/** The address bar as a store. Paths are real; the server answers each of them with the app. */
const listeners = new Set<() => void>();

export function currentPath(): string {
  return window.location.pathname;
}

export function currentSearch(): string {
  return window.location.search;
}

export function subscribeToPath(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener("popstate", listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("popstate", listener);
  };
}

export function navigate(path: string, how: "push" | "replace" = "push"): void {
  if (path === window.location.pathname + window.location.search) return;
  if (how === "push") window.history.pushState(null, "", path);
  else window.history.replaceState(null, "", path);
  for (const listener of listeners) listener();
}
