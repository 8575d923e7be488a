import type { RecordKind } from "../../gql/graphql";
import { navigate } from "../../lib/location";
import { SCOPE_TABS, type ScopeTab, scopePath } from "../../lib/routes";
import { Page } from "../../ui/Page";
import { TabStrip } from "../../ui/TabStrip";
import { FiltersTab } from "./FiltersTab";
import { IncomingTab } from "./IncomingTab";
import { OptOutsTab } from "./OptOutsTab";
import { WhyTab } from "./WhyTab";

const TITLES: Record<ScopeTab, string> = {
  filters: "Filters",
  incoming: "What comes in",
  "opt-outs": "Left out",
  why: "Why not?",
};

const LEADS: Record<ScopeTab, string> = {
  filters: "Which records go out to the mailboxes. Active filters add up; one that excludes takes away.",
  incoming: "Which items of the mailboxes become records in CRM.",
  "opt-outs": "Single records and items that stay out of a mailbox for good.",
  why: "Why a record does not arrive in a mailbox: every check on its way, and what to do.",
};

/** What is followed at all, and why something is not. */
export default function ScopePage(props: { tab: ScopeTab; kind: RecordKind }) {
  return (
    <Page lead={LEADS[props.tab]} title="Scope">
      <TabStrip
        label="Parts of the scope"
        onSelect={(tab) => navigate(scopePath(tab))}
        selected={props.tab}
        tabs={SCOPE_TABS.map((value) => ({ value, title: TITLES[value] }))}
      />
      {tabContent(props.tab, props.kind)}
    </Page>
  );
}

function tabContent(tab: ScopeTab, kind: RecordKind) {
  switch (tab) {
    case "filters":
      // Filters of another kind must not stand under this one's name while its own are on their way.
      return <FiltersTab key={kind} kind={kind} />;
    case "incoming":
      return <IncomingTab />;
    case "opt-outs":
      return <OptOutsTab />;
    case "why":
      return <WhyTab />;
  }
}
