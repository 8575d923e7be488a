import { Button } from "@fluentui/react-components";
import { useEffect, useState } from "react";
import { useQuery } from "urql";
import { graphql } from "../../gql";
import { countOf } from "../../lib/format";
import { errorMessage } from "../../lib/serverErrors";
import { LoadMore } from "../../ui/LoadMore";
import { Page } from "../../ui/Page";
import { EmptyState, ErrorState, LoadingRows } from "../../ui/PageStates";
import { useKept } from "../../ui/useKept";
import { ConnectDialog } from "./ConnectDialog";
import { MailboxCard } from "./MailboxCard";

const MailboxesPageQuery = graphql(`
  query MailboxesPage($first: Int!) {
    viewer {
      canConnectMailboxes
    }
    mailboxes(first: $first) {
      totalCount
      pageInfo {
        hasNextPage
      }
      nodes {
        id
        state
        cyclesEnabled
        ...MailboxCard_mailbox
      }
    }
  }
`);

const STEP = 50;
const POLL_MS = 2500;
/** Cycles begin by themselves: what is shown of them must not grow old. */
const IDLE_POLL_MS = 15_000;

export default function MailboxesPage() {
  const [first, setFirst] = useState(STEP);
  const [connecting, setConnecting] = useState(false);
  const [{ data: latest, error, fetching }, refetch] = useQuery({ query: MailboxesPageQuery, variables: { first } });
  const data = useKept(latest);
  const reload = () => refetch({ requestPolicy: "network-only" });

  const syncing = data?.mailboxes.nodes.some((one) => one.state === "SYNCING") ?? false;
  const cycling = data?.mailboxes.nodes.some((one) => one.cyclesEnabled) ?? false;
  useEffect(() => {
    if (!syncing && !cycling) return;
    const timer = setInterval(
      () => {
        if (!document.hidden) refetch({ requestPolicy: "network-only" });
      },
      syncing ? POLL_MS : IDLE_POLL_MS,
    );
    return () => clearInterval(timer);
  }, [syncing, cycling, refetch]);

  const connect = data?.viewer.canConnectMailboxes && (
    <Button appearance="primary" onClick={() => setConnecting(true)}>
      Connect a mailbox
    </Button>
  );

  return (
    <Page actions={connect} lead="Whose Outlook takes part, and how each mailbox is doing." title="Mailboxes">
      {error && !data ? (
        <ErrorState message={errorMessage(error)} onRetry={reload} title="The mailboxes could not be loaded" />
      ) : !data ? (
        <LoadingRows height={120} label="Loading the mailboxes" rows={3} />
      ) : data.mailboxes.nodes.length === 0 ? (
        <EmptyState action={connect} title="No mailbox is connected">
          {connect
            ? "Connect one with the address of its address book or mail server, a user name and a password."
            : "An administrator connects mailboxes; yours will show here."}
        </EmptyState>
      ) : (
        data.mailboxes.nodes.map((mailbox) => <MailboxCard key={mailbox.id} mailbox={mailbox} />)
      )}
      {data && (
        <LoadMore
          busy={fetching}
          first={first}
          hasMore={data.mailboxes.pageInfo.hasNextPage}
          left={countOf(data.mailboxes.totalCount - data.mailboxes.nodes.length, "mailbox", "mailboxes")}
          onMore={setFirst}
          step={STEP}
        />
      )}
      {connecting && <ConnectDialog onClose={() => setConnecting(false)} onConnected={reload} />}
    </Page>
  );
}
