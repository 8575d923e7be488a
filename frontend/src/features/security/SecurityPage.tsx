import { makeStyles, Tab, TabList, tokens } from "@fluentui/react-components";
import { useEffect, useRef } from "react";
import { useQuery } from "urql";
import { graphql } from "../../gql";
import { navigate } from "../../lib/location";
import { SECURITY_TABS, type SecurityTab, securityPath } from "../../lib/routes";
import { errorMessage } from "../../lib/serverErrors";
import { Link } from "../../ui/Link";
import { Page } from "../../ui/Page";
import { EmptyState, ErrorState, LoadingRows } from "../../ui/PageStates";
import { AuditTab } from "./AuditTab";
import { useGuardedDrafts } from "./drafts";
import { FieldsTab } from "./FieldsTab";
import { PeopleTab } from "./PeopleTab";
import { RolesTab } from "./RolesTab";
import { SettingsTab } from "./SettingsTab";
import { UnitsTab } from "./UnitsTab";

const SecurityPageQuery = graphql(`
  query SecurityPage {
    viewer {
      canAdminister
    }
  }
`);

const TITLES: Record<SecurityTab, string> = {
  roles: "Roles",
  fields: "Fields",
  people: "People",
  units: "Business units",
  settings: "Hierarchy",
  audit: "Audit",
};

const LEADS: Record<SecurityTab, string> = {
  roles: "What people may do with which records. The rights of several roles add up; the widest level counts.",
  fields: "Which fields are secured, and whose field profile opens them again.",
  people: "Users and teams: where they belong, which roles they hold, which profile holds for them.",
  units: "The tree of the organization. A level such as business unit counts from where a person stands in it.",
  settings: "Whether managers reach the records of the people below them.",
  audit: "Who changed which right, and what it was before.",
};

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

/** Everything that decides who may what; for administrators only. */
export default function SecurityPage(props: { tab: SecurityTab; id: string | null }) {
  const styles = useStyles();
  const [{ data, error }, refetch] = useQuery({ query: SecurityPageQuery });
  useGuardedDrafts();
  const strip = useRef<HTMLDivElement>(null);
  const known = data !== undefined;

  // biome-ignore lint/correctness/useExhaustiveDependencies: the selected tab is found in the page, once it is there.
  useEffect(() => {
    const box = strip.current;
    const tab = box?.querySelector<HTMLElement>('[aria-selected="true"]');
    if (box && tab) box.scrollLeft = tab.offsetLeft - (box.clientWidth - tab.offsetWidth) / 2;
  }, [props.tab, known]);

  if (!data) {
    return (
      <Page title="Security">
        {error ? (
          <ErrorState
            message={errorMessage(error)}
            onRetry={() => refetch({ requestPolicy: "network-only" })}
            title="The security settings could not be loaded"
          />
        ) : (
          <LoadingRows label="Loading the security settings" />
        )}
      </Page>
    );
  }
  if (!data.viewer.canAdminister) {
    return (
      <Page title="Security">
        <EmptyState
          action={<Link to="/directions/contact">Go to the directions</Link>}
          title="Only administrators see this page"
        >
          Roles, fields and people are set up by administrators. Ask one of them if you need more rights.
        </EmptyState>
      </Page>
    );
  }
  return (
    <Page lead={LEADS[props.tab]} title="Security">
      <div className={styles.strip} ref={strip}>
        <TabList
          aria-label="Parts of security"
          className={styles.list}
          onTabSelect={(_, change) => navigate(securityPath(change.value as SecurityTab))}
          selectedValue={props.tab}
        >
          {SECURITY_TABS.map((tab) => (
            <Tab key={tab} value={tab}>
              {TITLES[tab]}
            </Tab>
          ))}
        </TabList>
      </div>
      {tabContent(props.tab, props.id)}
    </Page>
  );
}

function tabContent(tab: SecurityTab, id: string | null) {
  switch (tab) {
    case "roles":
      return <RolesTab id={id} />;
    case "fields":
      return <FieldsTab id={id} />;
    case "people":
      return <PeopleTab />;
    case "units":
      return <UnitsTab />;
    case "settings":
      return <SettingsTab />;
    case "audit":
      return <AuditTab targetId={id} />;
  }
}
