import { makeStyles, Portal, tokens } from "@fluentui/react-components";
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";

/** Handlers that make any focusable element explain itself on hover, focus and tap. */
interface HintHandlers {
  onMouseEnter(event: { currentTarget: HTMLElement }): void;
  onMouseLeave(): void;
  onFocus(event: { currentTarget: HTMLElement }): void;
  onBlur(): void;
  /** For a control whose press changes what the hint would say. */
  dismiss(): void;
}

interface Shown {
  target: HTMLElement;
  content: ReactNode;
}

const HintContext = createContext<((shown: Shown | null) => void) | null>(null);

const useStyles = makeStyles({
  surface: {
    position: "fixed",
    zIndex: 1000,
    maxWidth: "min(320px, calc(100vw - 24px))",
    boxSizing: "border-box",
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalM}`,
    borderRadius: tokens.borderRadiusMedium,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground1,
    color: tokens.colorNeutralForeground1,
    boxShadow: tokens.shadow16,
    fontSize: tokens.fontSizeBase200,
    lineHeight: tokens.lineHeightBase200,
    overflowWrap: "anywhere",
  },
});

/** One floating hint for the whole subtree: a table of a hundred rows must not mount two hundred popovers. */
export function HintProvider(props: { children: ReactNode }) {
  const styles = useStyles();
  const [shown, setShown] = useState<Shown | null>(null);
  const id = useId();

  useEffect(() => {
    if (!shown) return;
    const close = () => setShown(null);
    const onKey = (event: KeyboardEvent) => event.key === "Escape" && close();
    shown.target.setAttribute("aria-describedby", id);
    window.addEventListener("scroll", close, true);
    window.addEventListener("keydown", onKey);
    return () => {
      shown.target.removeAttribute("aria-describedby");
      window.removeEventListener("scroll", close, true);
      window.removeEventListener("keydown", onKey);
    };
  }, [shown, id]);

  return (
    <HintContext.Provider value={setShown}>
      {props.children}
      {shown && (
        <Portal>
          <Surface className={styles.surface} id={id} target={shown.target}>
            {shown.content}
          </Surface>
        </Portal>
      )}
    </HintContext.Provider>
  );
}

function Surface(props: { id: string; className: string; target: HTMLElement; children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const surface = box.current;
    if (!surface) return;
    const anchor = props.target.getBoundingClientRect();
    const size = surface.getBoundingClientRect();
    const below = anchor.bottom + 6;
    const top = below + size.height > window.innerHeight - 8 ? anchor.top - size.height - 6 : below;
    const left = Math.min(Math.max(12, anchor.left), window.innerWidth - size.width - 12);
    surface.style.top = `${Math.max(8, top)}px`;
    surface.style.left = `${left}px`;
  });
  return (
    <div className={props.className} id={props.id} ref={box} role="tooltip">
      {props.children}
    </div>
  );
}

export function useHint(content: ReactNode): HintHandlers {
  const show = useContext(HintContext);
  const latest = useRef(content);
  latest.current = content;
  const open = useCallback(
    (event: { currentTarget: HTMLElement }) => {
      if (latest.current) show?.({ target: event.currentTarget, content: latest.current });
    },
    [show],
  );
  const close = useCallback(() => show?.(null), [show]);
  return useMemo(
    () => ({ onMouseEnter: open, onMouseLeave: close, onFocus: open, onBlur: close, dismiss: close }),
    [open, close],
  );
}
