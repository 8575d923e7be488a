import { CounterBadge, makeStyles, Tab, TabList, tokens } from "@fluentui/react-components";
import { useEffect, useRef } from "react";
import { type FragmentType, graphql, readFragment } from "../../gql";
import type { RecordKind } from "../../gql/graphql";
import { KINDS, kindTitle } from "../../lib/kinds";
import { navigate } from "../../lib/location";
import { isChanged } from "../../lib/mappingFilter";
import { directionsPath, type GridSubject } from "../../lib/routes";

const KindTabs_mapping = graphql(`
  fragment KindTabs_mapping on Mapping {
    id
    kind
    direction
    draftDirection
    conflictPolicy
    draftConflictPolicy
    viewerCanEdit
  }
`);

const useStyles = makeStyles({
  // Tabs scroll inside their own strip on a phone; the page itself never scrolls sideways.
  strip: {
    overflowX: "auto",
    scrollbarWidth: "none",
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    "@media (max-width: 640px)": { marginInline: "-16px", paddingInline: "4px" },
  },
  list: { width: "max-content" },
  label: { display: "inline-flex", alignItems: "center", gap: tokens.spacingHorizontalXS },
});

interface KindTabsProps {
  kind: RecordKind;
  /** Stays what it is from tab to tab. */
  subject: GridSubject;
  mappings: readonly FragmentType<typeof KindTabs_mapping>[];
}

export function KindTabs(props: KindTabsProps) {
  const styles = useStyles();
  const mappings = readFragment(KindTabs_mapping, props.mappings);
  const strip = useRef<HTMLDivElement>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the selected tab is found in the page, by kind.
  useEffect(() => {
    const box = strip.current;
    const tab = box?.querySelector<HTMLElement>('[aria-selected="true"]');
    if (box && tab) box.scrollLeft = tab.offsetLeft - (box.clientWidth - tab.offsetWidth) / 2;
  }, [props.kind]);

  return (
    <div className={styles.strip} ref={strip}>
      <TabList
        aria-label="Kinds of records"
        className={styles.list}
        onTabSelect={(_, data) => navigate(directionsPath(data.value as RecordKind, props.subject))}
        selectedValue={props.kind}
      >
        {KINDS.map(({ kind }) => {
          const changed = mappings.filter(
            (one) => one.kind === kind && one.viewerCanEdit && !props.subject.as && isChanged(one),
          ).length;
          return (
            <Tab aria-label={tabName(kind, changed)} key={kind} value={kind}>
              <span className={styles.label}>
                {kindTitle(kind)}
                {changed > 0 && <CounterBadge appearance="filled" color="brand" count={changed} size="small" />}
              </span>
            </Tab>
          );
        })}
      </TabList>
    </div>
  );
}

function tabName(kind: RecordKind, changed: number): string {
  return changed === 0 ? kindTitle(kind) : `${kindTitle(kind)}, ${changed} changed`;
}
