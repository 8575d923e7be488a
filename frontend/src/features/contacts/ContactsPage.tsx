import { Button, Dropdown, makeStyles, Option, SearchBox, tokens } from "@fluentui/react-components";
import { useCallback, useState } from "react";
import { useQuery } from "urql";
import { graphql } from "../../gql";
import type { ContactOrder } from "../../gql/graphql";
import { countOf } from "../../lib/format";
import { navigate } from "../../lib/location";
import { contactPath } from "../../lib/routes";
import { errorMessage } from "../../lib/serverErrors";
import { LoadMore } from "../../ui/LoadMore";
import { Page } from "../../ui/Page";
import { EmptyState, ErrorState, LoadingRows } from "../../ui/PageStates";
import { useKept } from "../../ui/useKept";
import { useSettled } from "../../ui/useSettled";
import { ContactPanel } from "./ContactPanel";
import { ContactRow } from "./ContactRow";

const ContactsPageQuery = graphql(`
  query ContactsPage($first: Int!, $filter: ContactFilter, $orderBy: ContactOrder) {
    contacts(first: $first, filter: $filter, orderBy: $orderBy) {
      totalCount
      pageInfo {
        hasNextPage
      }
      nodes {
        id
        ...ContactRow_contact
      }
    }
  }
`);

const STEP = 50;

const ORDERS = {
  name: { title: "By name", orderBy: { field: "FULL_NAME", descending: false } },
  change: { title: "Last changed first", orderBy: { field: "MODIFIED", descending: true } },
} as const satisfies Record<string, { title: string; orderBy: ContactOrder }>;

const useStyles = makeStyles({
  tools: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalM, alignItems: "center" },
  search: { flex: "1 1 220px", minWidth: 0, maxWidth: "360px", "@media (max-width: 640px)": { maxWidth: "none" } },
  order: { minWidth: "180px" },
  count: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200, marginLeft: "auto" },
  frame: {
    borderRadius: tokens.borderRadiusXLarge,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground1,
    overflow: "clip",
  },
  list: { listStyleType: "none", margin: 0, padding: 0 },
});

/** The contacts of CRM that the caller may see; with an id, that one opened beside the list. */
export default function ContactsPage(props: { id: string | null }) {
  const styles = useStyles();
  // One growing page, not a chain of cursors: rows move while one looks at them, and the list must not tear.
  const [first, setFirst] = useState(STEP);
  const [order, setOrder] = useState<keyof typeof ORDERS>("name");
  const [typed, setTyped] = useState("");
  const search = useSettled(typed.trim());
  const [{ data: latest, error, fetching }, refetch] = useQuery({
    query: ContactsPageQuery,
    variables: {
      first,
      filter: search === "" ? undefined : { fullName: { contains: search } },
      orderBy: ORDERS[order].orderBy,
    },
  });
  const data = useKept(latest);
  const reload = useCallback(() => refetch({ requestPolicy: "network-only" }), [refetch]);
  const close = useCallback(() => navigate(contactPath(null)), []);

  return (
    <Page lead="The contacts in CRM that your rights let you see." title="Contacts">
      <section aria-label="Search and order" className={styles.tools}>
        <SearchBox
          aria-label="Search contacts"
          className={styles.search}
          onChange={(_, change) => {
            setTyped(change.value);
            setFirst(STEP);
          }}
          placeholder="Search by name"
          value={typed}
        />
        <Dropdown
          aria-label="Order"
          className={styles.order}
          onOptionSelect={(_, { optionValue }) => setOrder(optionValue === "change" ? "change" : "name")}
          selectedOptions={[order]}
          value={ORDERS[order].title}
        >
          {Object.entries(ORDERS).map(([key, { title }]) => (
            <Option key={key} value={key}>
              {title}
            </Option>
          ))}
        </Dropdown>
        {data && (
          <span className={styles.count} role="status">
            {countOf(data.contacts.totalCount, "contact")}
          </span>
        )}
      </section>
      {error && !data ? (
        <ErrorState message={errorMessage(error)} onRetry={reload} title="The contacts could not be loaded" />
      ) : !data ? (
        <LoadingRows height={56} label="Loading the contacts" />
      ) : data.contacts.nodes.length === 0 ? (
        search === "" ? (
          <EmptyState title="No contact to see">
            There is none yet, or your security roles let you read none. An administrator can tell.
          </EmptyState>
        ) : (
          <EmptyState
            action={<Button onClick={() => setTyped("")}>Clear the search</Button>}
            title="No contact matches"
          >
            No contact that you may see has “{search}” in its name.
          </EmptyState>
        )
      ) : (
        <>
          <div className={styles.frame}>
            <ul aria-label="Contacts" className={styles.list}>
              {data.contacts.nodes.map((contact) => (
                <ContactRow contact={contact} key={contact.id} />
              ))}
            </ul>
          </div>
          <LoadMore
            busy={fetching}
            first={first}
            hasMore={data.contacts.pageInfo.hasNextPage}
            left={countOf(data.contacts.totalCount - data.contacts.nodes.length, "contact")}
            onMore={setFirst}
            step={STEP}
          />
        </>
      )}
      {props.id !== null && <ContactPanel id={props.id} key={props.id} onChanged={reload} onClose={close} />}
    </Page>
  );
}
