import { CounterBadge, makeStyles, Select, Tab, TabList, tokens } from "@fluentui/react-components";
import { useEffect, useRef } from "react";
import { useQuery } from "urql";
import { graphql } from "../../gql";
import { navigate } from "../../lib/location";
import {
  ATTENTION_TABS,
  type AttentionFilter,
  type AttentionTab,
  attentionFilter,
  attentionPath,
} from "../../lib/routes";
import { Page } from "../../ui/Page";
import { useAttentionCounts } from "../../ui/useAttentionCounts";
import { useSearch } from "../../ui/useStores";
import { ConflictsTab } from "./ConflictsTab";
import { FailedTab } from "./FailedTab";
import { HeldTab } from "./HeldTab";
import { HistoryTab } from "./HistoryTab";
import { QuarantineTab } from "./QuarantineTab";
import { QuestionsTab } from "./QuestionsTab";

const AttentionPageQuery = graphql(`
  query AttentionPage {
    mailboxes(first: 200) {
      nodes {
        id
        name
      }
    }
  }
`);

const TITLES: Record<AttentionTab, string> = {
  conflicts: "Conflicts",
  questions: "Who is who",
  failed: "Failed",
  held: "Held deletions",
  quarantine: "Quarantine",
  history: "History",
};

const LEADS: Record<AttentionTab, string> = {
  conflicts: "Both sides changed the same field. Say what stays; everything else goes on meanwhile.",
  questions: "Items that may be records that are there already. Say what they are; nothing is copied before.",
  failed: "Single records and items that did not get across, and what to do about each.",
  held: "Deletions that look like an accident. Nothing is deleted before somebody agrees.",
  quarantine: "Copies of what runs have deleted. They can be put back until they expire.",
  history: "Values that gave way to others. They can be put back until they expire.",
};

const useStyles = makeStyles({
  bar: {
    display: "flex",
    flexWrap: "wrap-reverse",
    alignItems: "center",
    justifyContent: "space-between",
    gap: tokens.spacingHorizontalM,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    "@media (max-width: 640px)": { flexWrap: "nowrap", flexDirection: "column-reverse", alignItems: "stretch" },
  },
  // Tabs scroll inside their own strip on a phone; the page itself never scrolls sideways.
  strip: {
    minWidth: 0,
    overflowX: "auto",
    scrollbarWidth: "none",
    "@media (max-width: 640px)": { marginInline: "-16px", paddingInline: "4px" },
  },
  list: { width: "max-content" },
  label: { display: "inline-flex", alignItems: "center", gap: tokens.spacingHorizontalXS },
  filter: { minWidth: 0, maxWidth: "320px", "@media (max-width: 640px)": { maxWidth: "none" } },
});

/** What waits for a person, of one's own mailboxes; of all of them for administrators. */
export default function AttentionPage(props: { tab: AttentionTab }) {
  const styles = useStyles();
  const filter = attentionFilter(useSearch());
  const counts = useAttentionCounts(filter.mailbox);
  const [{ data }] = useQuery({ query: AttentionPageQuery });
  const strip = useRef<HTMLDivElement>(null);
  const mailboxes = data?.mailboxes.nodes ?? [];
  const waiting = (tab: AttentionTab) => (counts && tab in counts ? counts[tab as keyof typeof counts] : 0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the selected tab is found in the page.
  useEffect(() => {
    const box = strip.current;
    const tab = box?.querySelector<HTMLElement>('[aria-selected="true"]');
    if (box && tab) box.scrollLeft = tab.offsetLeft - (box.clientWidth - tab.offsetWidth) / 2;
  }, [props.tab]);

  return (
    <Page lead={LEADS[props.tab]} title="Attention">
      <div className={styles.bar}>
        <div className={styles.strip} ref={strip}>
          <TabList
            aria-label="What waits for a person"
            className={styles.list}
            onTabSelect={(_, change) => navigate(attentionPath(change.value as AttentionTab, filter))}
            selectedValue={props.tab}
          >
            {ATTENTION_TABS.map((tab) => (
              <Tab aria-label={tabName(tab, waiting(tab))} key={tab} value={tab}>
                <span className={styles.label}>
                  {TITLES[tab]}
                  {waiting(tab) > 0 && (
                    <CounterBadge
                      appearance="filled"
                      color="brand"
                      count={waiting(tab)}
                      overflowCount={999}
                      size="small"
                    />
                  )}
                </span>
              </Tab>
            ))}
          </TabList>
        </div>
        {(mailboxes.length > 1 || filter.mailbox) && (
          <Select
            aria-label="Mailbox"
            className={styles.filter}
            onChange={(_, change) =>
              navigate(attentionPath(props.tab, { ...filter, mailbox: change.value || null }), "replace")
            }
            size="small"
            value={filter.mailbox ?? ""}
          >
            <option value="">All mailboxes</option>
            {mailboxes.map((one) => (
              <option key={one.id} value={one.id}>
                {one.name}
              </option>
            ))}
          </Select>
        )}
      </div>
      {/* Another mailbox is another list: nothing of the one before may show through. */}
      <TabContent filter={filter} key={`${filter.mailbox} ${filter.record}`} tab={props.tab} />
    </Page>
  );
}

function tabName(tab: AttentionTab, waiting: number): string {
  return waiting === 0 ? TITLES[tab] : `${TITLES[tab]}, ${waiting} waiting`;
}

function TabContent({ tab, filter }: { tab: AttentionTab; filter: AttentionFilter }) {
  switch (tab) {
    case "conflicts":
      return <ConflictsTab mailboxId={filter.mailbox} />;
    case "questions":
      return <QuestionsTab mailboxId={filter.mailbox} />;
    case "failed":
      return <FailedTab mailboxId={filter.mailbox} />;
    case "held":
      return <HeldTab mailboxId={filter.mailbox} />;
    case "quarantine":
      return <QuarantineTab mailboxId={filter.mailbox} />;
    case "history":
      return <HistoryTab filter={filter} />;
  }
}
