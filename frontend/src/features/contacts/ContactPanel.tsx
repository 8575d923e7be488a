import { Button, makeStyles, tokens } from "@fluentui/react-components";
import { useState } from "react";
import { useQuery } from "urql";
import { graphql } from "../../gql";
import { contactTitle } from "../../lib/contactFields";
import { attentionPath } from "../../lib/routes";
import { errorMessage } from "../../lib/serverErrors";
import { Link } from "../../ui/Link";
import { EmptyState, ErrorState, LoadingRows } from "../../ui/PageStates";
import { SidePanel } from "../../ui/SidePanel";
import { Timestamp } from "../../ui/Timestamp";
import { useKept } from "../../ui/useKept";
import { AssignDialog } from "./AssignDialog";
import { ColumnGrants } from "./ColumnGrants";
import { ContactFields } from "./ContactFields";
import { ContactShares } from "./ContactShares";

const ContactPanelQuery = graphql(`
  query ContactPanel($id: ID!) {
    viewer {
      canAdminister
      ...ContactShares_viewer
      ...AssignDialog_viewer
    }
    contact(id: $id) {
      id
      fullName
      emailAddress1
      createdAt
      modifiedAt
      viewerCan
      owner {
        id
        name
      }
      ...ContactFields_contact
      ...ContactShares_contact
      ...ColumnGrants_contact
      ...AssignDialog_contact
    }
  }
`);

const useStyles = makeStyles({
  facts: {
    display: "grid",
    gridTemplateColumns: "auto minmax(0, 1fr)",
    alignItems: "center",
    gap: `6px ${tokens.spacingHorizontalL}`,
    margin: 0,
  },
  term: { color: tokens.colorNeutralForeground3 },
  value: {
    margin: 0,
    display: "flex",
    alignItems: "center",
    justifyContent: "space-between",
    gap: tokens.spacingHorizontalM,
    overflowWrap: "anywhere",
  },
});

interface ContactPanelProps {
  id: string;
  onClose: () => void;
  /** The list may have to show something else now. */
  onChanged: () => void;
}

/** One contact: what it holds, whose it is, who else reaches it. */
export function ContactPanel(props: ContactPanelProps) {
  const styles = useStyles();
  const [assigning, setAssigning] = useState(false);
  const [{ data: latest, error }, refetch] = useQuery({ query: ContactPanelQuery, variables: { id: props.id } });
  const data = useKept(latest);
  const reload = () => refetch({ requestPolicy: "network-only" });
  const contact = data?.contact;

  return (
    <SidePanel onClose={props.onClose} title={contact ? contactTitle(contact) : "Contact"}>
      {contact ? (
        <>
          <dl className={styles.facts}>
            <dt className={styles.term}>Owner</dt>
            <dd className={styles.value}>
              {contact.owner.name}
              {contact.viewerCan.includes("ASSIGN") && (
                <Button onClick={() => setAssigning(true)} size="small">
                  Assign
                </Button>
              )}
            </dd>
            <dt className={styles.term}>Changed</dt>
            <dd className={styles.value}>
              <Timestamp at={contact.modifiedAt} />
            </dd>
            <dt className={styles.term}>Made</dt>
            <dd className={styles.value}>
              <Timestamp at={contact.createdAt} />
            </dd>
            <dt className={styles.term}>History</dt>
            <dd className={styles.value}>
              <Link to={attentionPath("history", { record: contact.id })}>Values that gave way</Link>
            </dd>
          </dl>
          <ContactShares contact={contact} onStale={reload} viewer={data.viewer} />
          <ColumnGrants canAdminister={data.viewer.canAdminister} contact={contact} />
          <ContactFields contact={contact} />
          {assigning && (
            <AssignDialog
              contact={contact}
              onAssigned={() => {
                reload();
                props.onChanged();
              }}
              onClose={() => setAssigning(false)}
              viewer={data.viewer}
            />
          )}
        </>
      ) : error ? (
        <ErrorState message={errorMessage(error)} onRetry={reload} title="The contact could not be loaded" />
      ) : data ? (
        <EmptyState action={<Button onClick={props.onClose}>Back to the list</Button>} title="There is no such contact">
          It may have been deleted, or your rights no longer reach it.
        </EmptyState>
      ) : (
        <LoadingRows label="Loading the contact" />
      )}
    </SidePanel>
  );
}
