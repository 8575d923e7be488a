import type { RecordKind } from "../../gql/graphql";
import { navigate } from "../../lib/location";
import { DELETION_TABS, type DeletionTab, deletionsPath } from "../../lib/routes";
import { Page } from "../../ui/Page";
import { TabStrip } from "../../ui/TabStrip";
import { CheckTab } from "./CheckTab";
import { MatrixTab } from "./MatrixTab";
import { SettingsTab } from "./SettingsTab";

const TITLES: Record<DeletionTab, string> = { matrix: "Matrix", check: "One record", settings: "Settings" };

const LEADS: Record<DeletionTab, string> = {
  matrix: "What a deletion on one side does on the other. Mailboxes that always delete, or only unlink, keep to that.",
  check: "What a deletion would do to one record of one mailbox, if it happened now, and why.",
  settings: "What holds for the sync of every mailbox: brakes, how long things are kept, cycles, invitations.",
};

/** What deletions do, and the settings that guard against them. */
export default function DeletionsPage(props: { tab: DeletionTab; kind: RecordKind }) {
  return (
    <Page lead={LEADS[props.tab]} title="Deletions">
      <TabStrip
        label="Parts of the deletions"
        onSelect={(tab) => navigate(deletionsPath(tab))}
        selected={props.tab}
        tabs={DELETION_TABS.map((value) => ({ value, title: TITLES[value] }))}
      />
      {tabContent(props.tab, props.kind)}
    </Page>
  );
}

function tabContent(tab: DeletionTab, kind: RecordKind) {
  switch (tab) {
    case "matrix":
      return <MatrixTab kind={kind} />;
    case "check":
      return <CheckTab />;
    case "settings":
      return <SettingsTab />;
  }
}
