import { Toaster } from "@fluentui/react-components";
import { useCallback, useEffect, useMemo, useState } from "react";
import { Provider } from "urql";
import { SignInPage } from "../features/signin/SignInPage";
import { TOASTER_ID } from "../ui/useNotify";
import { createBackend } from "./client";
import { SignedIn } from "./SignedIn";
import { ThemeModeProvider } from "./ThemeMode";

type Session = "unknown" | "in" | "out" | "ended";

export function App() {
  const [session, setSession] = useState<Session>("unknown");
  const [generation, setGeneration] = useState(0);

  const onSessionEnded = useCallback(() => {
    setSession((was) => (was === "in" ? "ended" : was === "unknown" ? "out" : was));
  }, []);
  const onSignedIn = useCallback(() => {
    setGeneration((count) => count + 1);
    setSession("unknown");
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new generation is a new session, hence a new client.
  const backend = useMemo(() => createBackend(onSessionEnded), [generation, onSessionEnded]);
  useEffect(() => () => backend.dispose(), [backend]);

  return (
    <ThemeModeProvider>
      {session === "out" || session === "ended" ? (
        <SignInPage ended={session === "ended"} onSignedIn={onSignedIn} />
      ) : (
        <Provider key={generation} value={backend.client}>
          <SignedIn
            onSessionEnded={onSessionEnded}
            onSignedOut={() => setSession("out")}
            onViewer={() => setSession("in")}
          />
        </Provider>
      )}
      {/* Below the bar, away from the draft's buttons at the bottom. */}
      <Toaster offset={{ vertical: 68 }} position="top-end" toasterId={TOASTER_ID} />
    </ThemeModeProvider>
  );
}
