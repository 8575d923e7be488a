import { Button, Field, makeStyles, Select, Text, tokens } from "@fluentui/react-components";
import { Add20Regular } from "@fluentui/react-icons";
import { useState } from "react";
import { useMutation, useQuery } from "urql";
import { graphql } from "../../gql";
import { formatNumber } from "../../lib/format";
import { kindTitle } from "../../lib/kinds";
import { errorMessage } from "../../lib/serverErrors";
import { LoadMore } from "../../ui/LoadMore";
import { EmptyState, ErrorState, LoadingRows } from "../../ui/PageStates";
import { Section } from "../../ui/Section";
import { Timestamp } from "../../ui/Timestamp";
import { useKept } from "../../ui/useKept";
import { useNotify } from "../../ui/useNotify";
import { OptOutDialog } from "./OptOutDialog";

const OptOutMailboxesQuery = graphql(`
  query OptOutMailboxes {
    mailboxes(first: 1000) {
      nodes {
        id
        name
        viewerCanSync
        principal {
          id
          name
        }
      }
    }
  }
`);

const OptOutsQuery = graphql(`
  query OptOuts($mailboxId: ID!, $first: Int!) {
    optOuts(mailboxId: $mailboxId, first: $first) {
      totalCount
      pageInfo {
        hasNextPage
      }
      nodes {
        id
        kind
        name
        recordId
        uid
        since
        principal {
          id
          name
        }
      }
    }
  }
`);

const OptOutRemoveMutation = graphql(`
  mutation OptOutRemove($input: OptOutRemoveInput!) {
    optOutRemove(input: $input) {
      optOutId
      errors {
        code
        message
      }
    }
  }
`);

const STEP = 50;

const useStyles = makeStyles({
  pick: { maxWidth: "360px", "@media (max-width: 640px)": { maxWidth: "none" } },
  list: { listStyleType: "none", margin: 0, padding: 0 },
  item: {
    display: "flex",
    alignItems: "center",
    gap: tokens.spacingHorizontalM,
    padding: `${tokens.spacingVerticalS} 0`,
    borderTop: `1px solid ${tokens.colorNeutralStroke3}`,
  },
  words: { display: "flex", flexDirection: "column", flex: "1 1 auto", minWidth: 0, overflowWrap: "anywhere" },
  quiet: { color: tokens.colorNeutralForeground3 },
});

/** What stays out of a mailbox for good. */
export function OptOutsTab() {
  const styles = useStyles();
  const [{ data: latest, error }, refetch] = useQuery({ query: OptOutMailboxesQuery });
  const mailboxes = useKept(latest)?.mailboxes.nodes;
  const [picked, setPicked] = useState<string | null>(null);
  if (!mailboxes) {
    return error ? (
      <ErrorState
        message={errorMessage(error)}
        onRetry={() => refetch({ requestPolicy: "network-only" })}
        title="The mailboxes could not be loaded"
      />
    ) : (
      <LoadingRows label="Loading the mailboxes" rows={3} />
    );
  }
  const mailbox = mailboxes.find((one) => one.id === picked) ?? mailboxes[0];
  if (!mailbox) {
    return <EmptyState title="No mailbox yet">Once you have a mailbox, what stays out of it stands here.</EmptyState>;
  }
  return (
    <>
      <Field className={styles.pick} label="Mailbox">
        <Select onChange={(_, data) => setPicked(data.value)} value={mailbox.id}>
          {mailboxes.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name === one.principal.name ? one.name : `${one.name} (${one.principal.name})`}
            </option>
          ))}
        </Select>
      </Field>
      <OptOutList canEdit={mailbox.viewerCanSync} key={mailbox.id} mailboxId={mailbox.id} name={mailbox.name} />
    </>
  );
}

function OptOutList(props: { mailboxId: string; name: string; canEdit: boolean }) {
  const styles = useStyles();
  const [first, setFirst] = useState(STEP);
  const [{ data: latest, error, fetching: loading }, refetch] = useQuery({
    query: OptOutsQuery,
    variables: { mailboxId: props.mailboxId, first },
  });
  const list = useKept(latest)?.optOuts;
  const found = list?.nodes;
  const [{ fetching }, remove] = useMutation(OptOutRemoveMutation);
  const [adding, setAdding] = useState(false);
  const notify = useNotify();
  const reload = () => refetch({ requestPolicy: "network-only" });

  const takeBack = async (optOutId: string, name: string) => {
    const { data, error: failed } = await remove({ input: { optOutId } });
    const problem = failed ? errorMessage(failed) : data?.optOutRemove.errors[0]?.message;
    if (problem) {
      notify({ intent: "error", title: `${name} is still left out`, body: problem });
      reload();
    } else notify({ intent: "success", title: `${name} is no longer left out` });
  };

  return (
    <Section
      actions={
        props.canEdit && (
          <Button icon={<Add20Regular />} onClick={() => setAdding(true)}>
            Leave one out
          </Button>
        )
      }
      lead="What was linked is unlinked by the next run; both ends stay. It stays out until you take it back."
      title={`Left out of ${props.name}`}
    >
      {!found ? (
        error ? (
          <ErrorState message={errorMessage(error)} onRetry={reload} title="The list could not be loaded" />
        ) : (
          <LoadingRows label="Loading what is left out" rows={2} />
        )
      ) : found.length === 0 ? (
        <Text className={styles.quiet}>Nothing is left out.</Text>
      ) : (
        <ul aria-label={`Left out of ${props.name}`} className={styles.list}>
          {found.map((one) => (
            <li className={styles.item} key={one.id}>
              <span className={styles.words}>
                <Text weight="semibold">{one.name}</Text>
                <Text className={styles.quiet} size={200}>
                  {kindTitle(one.kind)}
                  {!one.recordId && one.uid && " · item only"} · {one.principal?.name ?? "somebody"},{" "}
                  <Timestamp at={one.since} since />
                </Text>
              </span>
              {props.canEdit && (
                <Button
                  aria-label={`Take back ${one.name}`}
                  disabled={fetching}
                  onClick={() => void takeBack(one.id, one.name)}
                  size="small"
                >
                  Take back
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      {list && (
        <LoadMore
          busy={loading}
          first={first}
          hasMore={list.pageInfo.hasNextPage}
          left={formatNumber(list.totalCount - list.nodes.length)}
          onMore={setFirst}
          step={STEP}
        />
      )}
      {adding && <OptOutDialog mailboxId={props.mailboxId} name={props.name} onClose={() => setAdding(false)} />}
    </Section>
  );
}
