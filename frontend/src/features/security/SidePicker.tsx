import { makeStyles, mergeClasses, Select, Text, tokens } from "@fluentui/react-components";
import type { ReactNode } from "react";
import { navigate } from "../../lib/location";
import { followLink } from "../../ui/Link";

const useStyles = makeStyles({
  frame: {
    display: "grid",
    gridTemplateColumns: "232px minmax(0, 1fr)",
    alignItems: "start",
    gap: tokens.spacingHorizontalXL,
    "@media (max-width: 860px)": { gridTemplateColumns: "minmax(0, 1fr)", gap: tokens.spacingVerticalL },
  },
  side: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalS, minWidth: 0 },
  head: { display: "flex", alignItems: "center", justifyContent: "space-between", gap: tokens.spacingHorizontalS },
  list: {
    listStyleType: "none",
    margin: 0,
    padding: 0,
    display: "flex",
    flexDirection: "column",
    gap: "2px",
    maxHeight: "70vh",
    overflowY: "auto",
    "@media (max-width: 860px)": { display: "none" },
  },
  select: { display: "none", "@media (max-width: 860px)": { display: "flex" } },
  item: {
    display: "flex",
    alignItems: "center",
    gap: tokens.spacingHorizontalS,
    padding: `${tokens.spacingVerticalSNudge} ${tokens.spacingHorizontalM}`,
    borderRadius: tokens.borderRadiusMedium,
    color: tokens.colorNeutralForeground2,
    textDecorationLine: "none",
    ":hover": { backgroundColor: tokens.colorNeutralBackground1Hover },
    ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: "-2px" },
  },
  current: {
    backgroundColor: tokens.colorBrandBackground2,
    color: tokens.colorNeutralForeground1,
    fontWeight: tokens.fontWeightSemibold,
    ":hover": { backgroundColor: tokens.colorBrandBackground2Hover },
  },
  name: { overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap", flexGrow: 1, minWidth: 0 },
  dot: {
    flexShrink: 0,
    width: "8px",
    height: "8px",
    borderRadius: tokens.borderRadiusCircular,
    backgroundColor: tokens.colorBrandStroke1,
  },
  main: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalL, minWidth: 0 },
});

interface PickerItem {
  id: string;
  name: string;
  path: string;
  /** Something of it is not saved. */
  changed: boolean;
}

interface SidePickerProps {
  title: string;
  /** What one of them is, for the selector on a phone. */
  one: string;
  items: readonly PickerItem[];
  current: string | null;
  action: ReactNode;
  children: ReactNode;
}

/** A list to choose from beside what is chosen; a selector above it where there is no room. */
export function SidePicker(props: SidePickerProps) {
  const styles = useStyles();
  const choose = (id: string) => {
    const item = props.items.find((one) => one.id === id);
    if (item) navigate(item.path);
  };
  return (
    <div className={styles.frame}>
      <nav aria-label={props.title} className={styles.side}>
        <div className={styles.head}>
          <Text as="h2" size={300} weight="semibold">
            {props.title}
          </Text>
          {props.action}
        </div>
        {props.items.length > 0 && (
          <Select
            aria-label={props.one}
            className={styles.select}
            onChange={(_, data) => choose(data.value)}
            value={props.current ?? ""}
          >
            {props.items.map((item) => (
              <option key={item.id} value={item.id}>
                {item.changed ? `${item.name} (not saved)` : item.name}
              </option>
            ))}
          </Select>
        )}
        <ul className={styles.list}>
          {props.items.map((item) => (
            <li key={item.id}>
              <a
                aria-current={item.id === props.current ? "page" : undefined}
                className={mergeClasses(styles.item, item.id === props.current && styles.current)}
                href={item.path}
                onClick={(event) => followLink(event, item.path)}
                title={item.name}
              >
                <span className={styles.name}>{item.name}</span>
                {item.changed && <span aria-label="not saved" className={styles.dot} role="img" />}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <div className={styles.main}>{props.children}</div>
    </div>
  );
}
