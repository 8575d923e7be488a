import { makeStyles, Tab, TabList, tokens } from "@fluentui/react-components";
import { useEffect, useRef } from "react";

const useStyles = makeStyles({
  // Tabs scroll inside their own strip on a phone; the page itself never scrolls sideways.
  strip: {
    overflowX: "auto",
    scrollbarWidth: "none",
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    "@media (max-width: 640px)": { marginInline: "-16px", paddingInline: "4px" },
  },
  list: { width: "max-content" },
});

interface TabStripProps<Value extends string> {
  label: string;
  tabs: readonly { value: Value; title: string }[];
  selected: Value;
  onSelect: (value: Value) => void;
}

/** The parts of a page, the chosen one in sight. */
export function TabStrip<Value extends string>(props: TabStripProps<Value>) {
  const styles = useStyles();
  const strip = useRef<HTMLDivElement>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the selected tab is found in the page.
  useEffect(() => {
    const box = strip.current;
    const tab = box?.querySelector<HTMLElement>('[aria-selected="true"]');
    if (box && tab) box.scrollLeft = tab.offsetLeft - (box.clientWidth - tab.offsetWidth) / 2;
  }, [props.selected]);

  return (
    <div className={styles.strip} ref={strip}>
      <TabList
        aria-label={props.label}
        className={styles.list}
        onTabSelect={(_, change) => props.onSelect(change.value as Value)}
        selectedValue={props.selected}
      >
        {props.tabs.map(({ value, title }) => (
          <Tab key={value} value={value}>
            {title}
          </Tab>
        ))}
      </TabList>
    </div>
  );
}
