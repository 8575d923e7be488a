import { Button, MessageBar, MessageBarActions, MessageBarBody, makeStyles, tokens } from "@fluentui/react-components";
import { useState } from "react";
import { useQuery } from "urql";
import { graphql } from "../../gql";
import { countOf } from "../../lib/format";
import { navigate } from "../../lib/location";
import { securityPath } from "../../lib/routes";
import { errorMessage } from "../../lib/serverErrors";
import { LoadMore } from "../../ui/LoadMore";
import { EmptyState, ErrorState, LoadingRows } from "../../ui/PageStates";
import { useKept } from "../../ui/useKept";
import { AuditRow } from "./AuditRow";

const AuditTabQuery = graphql(`
  query AuditTab($first: Int!, $targetId: ID) {
    auditEvents(first: $first, targetId: $targetId) {
      totalCount
      pageInfo {
        hasNextPage
      }
      nodes {
        id
        targetName
        ...AuditRow_event
      }
    }
  }
`);

const STEP = 50;

const useStyles = makeStyles({
  frame: {
    borderRadius: tokens.borderRadiusXLarge,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground1,
    overflow: "clip",
  },
  list: { listStyleType: "none", margin: 0, padding: 0 },
});

export function AuditTab(props: { targetId: string | null }) {
  // Another target is another list: nothing of the one before may show through.
  return <AuditList key={props.targetId} targetId={props.targetId} />;
}

function AuditList(props: { targetId: string | null }) {
  const styles = useStyles();
  const [first, setFirst] = useState(STEP);
  const [{ data: latest, error, fetching }, refetch] = useQuery({
    query: AuditTabQuery,
    variables: { first, targetId: props.targetId },
    requestPolicy: "cache-and-network",
  });
  const data = useKept(latest);
  const filtered = props.targetId !== null;
  const whole = (
    <Button onClick={() => navigate(securityPath("audit"))} size="small">
      Show everything
    </Button>
  );

  if (!data) {
    return error ? (
      <ErrorState
        message={errorMessage(error)}
        onRetry={() => refetch({ requestPolicy: "network-only" })}
        title="The log could not be loaded"
      />
    ) : (
      <LoadingRows height={56} label="Loading the log" />
    );
  }
  const events = data.auditEvents.nodes;
  if (events.length === 0) {
    return filtered ? (
      <EmptyState action={whole} title="Nothing was changed">
        The log holds no change of what you asked for.
      </EmptyState>
    ) : (
      <EmptyState title="Nothing was changed yet">Each change of a right is written down here.</EmptyState>
    );
  }
  return (
    <>
      {filtered && (
        <MessageBar intent="info" layout="multiline">
          <MessageBarBody>Only what was changed of {events[0]?.targetName}.</MessageBarBody>
          <MessageBarActions>{whole}</MessageBarActions>
        </MessageBar>
      )}
      <div className={styles.frame}>
        <ul aria-label="Changes of rights" className={styles.list}>
          {events.map((event) => (
            <AuditRow event={event} filtered={filtered} key={event.id} />
          ))}
        </ul>
      </div>
      <LoadMore
        busy={fetching}
        first={first}
        hasMore={data.auditEvents.pageInfo.hasNextPage}
        left={countOf(data.auditEvents.totalCount - events.length, "older change")}
        onMore={setFirst}
        step={STEP}
      />
    </>
  );
}
