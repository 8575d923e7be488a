import { FluentProvider, makeStyles, tokens } from "@fluentui/react-components";
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { darkTheme, lightTheme } from "./theme";

export type ThemeMode = "light" | "dark" | "system";

const STORAGE_KEY = "fieldsync-theme";
const ThemeContext = createContext<{ mode: ThemeMode; setMode: (mode: ThemeMode) => void } | null>(null);
const wantsDark = window.matchMedia("(prefers-color-scheme: dark)");

const useStyles = makeStyles({
  // Not on the provider itself: Fluent copies its class to every portal, which would then cover the page.
  page: {
    minHeight: "100dvh",
    backgroundColor: tokens.colorNeutralBackground2,
    color: tokens.colorNeutralForeground1,
  },
});

function storedMode(): ThemeMode {
  const stored = localStorage.getItem(STORAGE_KEY);
  return stored === "light" || stored === "dark" ? stored : "system";
}

export function ThemeModeProvider(props: { children: ReactNode }) {
  const styles = useStyles();
  const [mode, setMode] = useState(storedMode);
  const systemDark = useSyncExternalStore(
    (listener) => {
      wantsDark.addEventListener("change", listener);
      return () => wantsDark.removeEventListener("change", listener);
    },
    () => wantsDark.matches,
  );
  const dark = mode === "dark" || (mode === "system" && systemDark);

  useEffect(() => {
    localStorage.setItem(STORAGE_KEY, mode);
    // Scroll bars, form controls and the area behind an overscroll follow the page, not the system.
    const page = document.documentElement.style;
    page.colorScheme = dark ? "dark" : "light";
    page.backgroundColor = (dark ? darkTheme : lightTheme).colorNeutralBackground2;
  }, [mode, dark]);

  const value = useMemo(() => ({ mode, setMode }), [mode]);
  return (
    <ThemeContext.Provider value={value}>
      <FluentProvider theme={dark ? darkTheme : lightTheme}>
        <div className={styles.page}>{props.children}</div>
      </FluentProvider>
    </ThemeContext.Provider>
  );
}

export function useThemeMode() {
  const value = useContext(ThemeContext);
  if (!value) throw new Error("useThemeMode outside of ThemeModeProvider");
  return value;
}
