import { CounterBadge, makeStyles, mergeClasses, Text, tokens } from "@fluentui/react-components";
import { type ReactNode, useEffect, useRef } from "react";
import { type FragmentType, graphql, readFragment } from "../gql";
import { followLink } from "../ui/Link";
import { Logo } from "../ui/Logo";
import { useAttentionCounts } from "../ui/useAttentionCounts";
import { usePath } from "../ui/useStores";
import { ConnectionBanner } from "./ConnectionBanner";
import { UserMenu } from "./UserMenu";

const Shell_viewer = graphql(`
  fragment Shell_viewer on Viewer {
    canAdminister
    ...UserMenu_viewer
  }
`);

const PAGES = [
  { path: "/directions/contact", prefix: "/directions", title: "Directions" },
  { path: "/contacts", prefix: "/contacts", title: "Contacts" },
  { path: "/scope/filters", prefix: "/scope", title: "Scope" },
  { path: "/deletions/matrix", prefix: "/deletions", title: "Deletions" },
  { path: "/versions", prefix: "/versions", title: "Versions" },
  { path: "/runs", prefix: "/runs", title: "Runs" },
  { path: "/mailboxes", prefix: "/mailboxes", title: "Mailboxes" },
  { path: "/attention", prefix: "/attention", title: "Attention" },
] as const;

/** Only who administers sees the way there; the page itself asks again. */
const SECURITY = { path: "/security/roles", prefix: "/security", title: "Security" } as const;

/** From here down the links go below the name: beside it there is no room for all of them. */
const NARROW = "@media (max-width: 1120px)";

const useStyles = makeStyles({
  bar: {
    position: "sticky",
    top: 0,
    zIndex: 20,
    display: "flex",
    alignItems: "center",
    gap: tokens.spacingHorizontalXL,
    height: "56px",
    boxSizing: "border-box",
    padding: `0 ${tokens.spacingHorizontalXL}`,
    backgroundColor: tokens.colorNeutralBackground1,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    [NARROW]: {
      flexWrap: "wrap",
      height: "auto",
      gap: 0,
      padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalM} 0`,
    },
  },
  brand: {
    display: "flex",
    alignItems: "center",
    gap: tokens.spacingHorizontalS,
    color: tokens.colorNeutralForeground1,
    textDecorationLine: "none",
    borderRadius: tokens.borderRadiusMedium,
  },
  name: { letterSpacing: "-0.01em" },
  nav: {
    display: "flex",
    alignSelf: "stretch",
    gap: tokens.spacingHorizontalXS,
    flexGrow: 1,
    minWidth: 0,
    // Where the links are wider than the screen, they scroll by themselves.
    overflowX: "auto",
    scrollbarWidth: "none",
    [NARROW]: { order: 3, flexBasis: "100%", justifyContent: "space-between", gap: 0 },
  },
  link: {
    display: "flex",
    alignItems: "center",
    gap: tokens.spacingHorizontalXS,
    padding: `0 ${tokens.spacingHorizontalM}`,
    color: tokens.colorNeutralForeground2,
    textDecorationLine: "none",
    fontSize: tokens.fontSizeBase300,
    borderBottom: "2px solid transparent",
    borderTop: "2px solid transparent",
    ":hover": { color: tokens.colorNeutralForeground1 },
    ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: "-4px", borderRadius: "6px" },
    [NARROW]: { padding: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalXS}` },
  },
  current: {
    color: tokens.colorNeutralForeground1,
    fontWeight: tokens.fontWeightSemibold,
    borderBottomColor: tokens.colorBrandStroke1,
  },
  spacer: { display: "none", [NARROW]: { display: "block", flexGrow: 1 } },
  main: { outlineStyle: "none" },
  skip: {
    position: "absolute",
    left: "-9999px",
    ":focus": {
      left: tokens.spacingHorizontalM,
      top: tokens.spacingVerticalM,
      zIndex: 30,
      padding: tokens.spacingHorizontalM,
      backgroundColor: tokens.colorNeutralBackground1,
    },
  },
});

interface ShellProps {
  viewer: FragmentType<typeof Shell_viewer>;
  children: ReactNode;
  onSignedOut: () => void;
}

export function Shell(props: ShellProps) {
  const styles = useStyles();
  const viewer = readFragment(Shell_viewer, props.viewer);
  const path = usePath();
  const main = useRef<HTMLElement>(null);
  const counts = useAttentionCounts(null);
  const waiting = counts ? counts.conflicts + counts.failed + counts.held : 0;
  const pages = viewer.canAdminister ? [...PAGES, SECURITY] : PAGES;
  const section = [...PAGES, SECURITY].find((page) => path.startsWith(page.prefix))?.prefix ?? path;
  const first = useRef(section);
  const nav = useRef<HTMLElement>(null);

  // On a narrow screen the links are wider than it: the one of this page is brought into sight.
  useEffect(() => {
    const bar = nav.current;
    const current = bar?.querySelector<HTMLElement>(`[href^="${section}"]`);
    if (bar && current)
      bar.scrollLeft = current.offsetLeft - bar.offsetLeft - (bar.clientWidth - current.offsetWidth) / 2;
  }, [section]);

  // A new section starts at its top and is where a screen reader goes on reading.
  useEffect(() => {
    if (first.current === section) return;
    first.current = section;
    window.scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [section]);

  return (
    <>
      <a className={styles.skip} href="#main">
        Skip to the content
      </a>
      <header className={styles.bar}>
        <a
          aria-label="Fieldsync, to the directions"
          className={styles.brand}
          href="/directions/contact"
          onClick={(event) => followLink(event, "/directions/contact")}
        >
          <Logo />
          <Text className={styles.name} size={400} weight="semibold">
            Fieldsync
          </Text>
        </a>
        <span className={styles.spacer} />
        <nav aria-label="Main" className={styles.nav} ref={nav}>
          {pages.map((page) => (
            <a
              aria-label={page.prefix === "/attention" && waiting > 0 ? `${page.title}, ${waiting} waiting` : undefined}
              aria-current={section === page.prefix ? "page" : undefined}
              className={mergeClasses(styles.link, section === page.prefix && styles.current)}
              href={page.path}
              key={page.path}
              onClick={(event) => followLink(event, page.path)}
            >
              {page.title}
              {page.prefix === "/attention" && waiting > 0 && (
                <CounterBadge appearance="filled" color="danger" count={waiting} overflowCount={99} size="small" />
              )}
            </a>
          ))}
        </nav>
        <UserMenu onSignedOut={props.onSignedOut} viewer={viewer} />
      </header>
      <ConnectionBanner />
      <main className={styles.main} id="main" ref={main} tabIndex={-1}>
        {props.children}
      </main>
    </>
  );
}
