import { useCallback, useState } from "react";
import { useQuery } from "urql";
import { graphql } from "../../gql";
import { countOf } from "../../lib/format";
import { byMailbox } from "../../lib/heldDeletions";
import { errorMessage } from "../../lib/serverErrors";
import { EmptyState } from "../../ui/PageStates";
import { useKept } from "../../ui/useKept";
import { usePolling } from "../../ui/usePolling";
import { AttentionList } from "./AttentionList";
import { HeldMailbox } from "./HeldMailbox";

const HeldTabQuery = graphql(`
  query HeldTab($first: Int!, $mailboxId: ID) {
    heldDeletions(first: $first, mailboxId: $mailboxId) {
      totalCount
      pageInfo {
        hasNextPage
      }
      nodes {
        id
        mailbox {
          id
          name
          viewerCanSync
        }
        ...HeldMailbox_deletion
      }
    }
  }
`);

const STEP = 100;
const POLL_MS = 15_000;

/** What a brake holds, mailbox by mailbox: that is how it is released. */
export function HeldTab(props: { mailboxId: string | null }) {
  const [first, setFirst] = useState(STEP);
  const [{ data: latest, error, fetching }, refetch] = useQuery({
    query: HeldTabQuery,
    variables: { first, mailboxId: props.mailboxId },
  });
  const data = useKept(latest);
  const reload = useCallback(() => refetch({ requestPolicy: "network-only" }), [refetch]);
  usePolling(reload, POLL_MS);
  const held = data?.heldDeletions.nodes;

  return (
    <AttentionList
      busy={fetching}
      empty={
        <EmptyState title="Nothing is held">
          Many deletions at once will stand here until somebody agrees. Single ones are carried out.
        </EmptyState>
      }
      first={first}
      hasMore={data?.heldDeletions.pageInfo.hasNextPage ?? false}
      label="Held deletions by mailbox"
      more={countOf((data?.heldDeletions.totalCount ?? 0) - (held?.length ?? 0), "newer one")}
      onMore={setFirst}
      onRetry={reload}
      problem={error ? errorMessage(error) : null}
      shown={held?.length}
      step={STEP}
    >
      {byMailbox(held ?? []).map((group) => {
        const mailbox = group[0]?.mailbox;
        return mailbox && <HeldMailbox deletions={group} key={mailbox.id} mailbox={mailbox} />;
      })}
    </AttentionList>
  );
}
