/** Ends the session on the server; the cookie is out of the page's reach. */
export async function signOut(): Promise<boolean> {
  try {
    const response = await fetch("/session", { method: "DELETE", credentials: "same-origin" });
    return response.ok || response.status === 401;
  } catch {
    return false;
  }
}

const REFRESH_MS = 5 * 60_000;

/**
 * Gives the session's cookie a new secret from time to time while the page is looked at, and notices the session's end.
 * It is no use of the session: one that nobody uses ends on an open page, too.
 */
export function keepSession(onEnded: () => void): () => void {
  const refresh = async () => {
    if (document.hidden) return;
    try {
      const response = await fetch("/session/refresh", { method: "POST", credentials: "same-origin" });
      if (response.status === 401) onEnded();
    } catch {
      // Out of reach: the next round asks again.
    }
  };
  const timer = setInterval(() => void refresh(), REFRESH_MS);
  document.addEventListener("visibilitychange", refresh);
  void refresh();
  return () => {
    clearInterval(timer);
    document.removeEventListener("visibilitychange", refresh);
  };
}
