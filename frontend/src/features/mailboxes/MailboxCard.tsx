import {
  Button,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  mergeClasses,
  Text,
  tokens,
} from "@fluentui/react-components";
import { ArrowSync20Regular, ArrowUndo20Regular, Edit20Regular } from "@fluentui/react-icons";
import { useState } from "react";
import { useMutation } from "urql";
import { type FragmentType, graphql, readFragment } from "../../gql";
import type { MailboxHealth, MailboxState } from "../../gql/graphql";
import { formatNumber } from "../../lib/format";
import { navigate } from "../../lib/location";
import { attentionPath, runPath } from "../../lib/routes";
import { countsLine, isActive } from "../../lib/runWords";
import { errorMessage } from "../../lib/serverErrors";
import { Link } from "../../ui/Link";
import { RunStateBadge } from "../../ui/RunStateBadge";
import { StateBadge } from "../../ui/StateBadge";
import { Timestamp } from "../../ui/Timestamp";
import { UndoDialog } from "../../ui/UndoDialog";
import { useNotify } from "../../ui/useNotify";
import { EditDialog } from "./EditDialog";
import { MailboxCycles } from "./MailboxCycles";

const MailboxCard_mailbox = graphql(`
  fragment MailboxCard_mailbox on Mailbox {
    id
    name
    contactsUrl
    calendarUrl
    tasksUrl
    state
    linkedCount
    deadLetterCount
    viewerCanSync
    viewerCanEdit
    principal {
      id
      name
    }
    lastRun {
      id
      state
      mode
      queuedAt
      startedAt
      counts {
        recordsChanged itemsChanged unchanged createdInCrm updatedInCrm deletedInCrm
        createdInOutlook updatedInOutlook deletedInOutlook linked unlinked strays conflicts held skipped failed different
      }
    }
    lastError {
      code
      message
      remedy
      at
    }
    health
    stopped {
      code
    }
    ...MailboxCycles_mailbox
    ...EditDialog_mailbox
  }
`);

const MailboxSyncMutation = graphql(`
  mutation MailboxSync($input: RunStartInput!) {
    runStart(input: $input) {
      runs {
        id
      }
      errors {
        code
        message
      }
    }
  }
`);

const STATES: Record<MailboxState, { tone: "good" | "busy" | "bad" | "quiet"; words: string }> = {
  READY: { tone: "good", words: "Ready" },
  SYNCING: { tone: "busy", words: "Syncing" },
  FAILING: { tone: "bad", words: "Failing" },
  DISABLED: { tone: "quiet", words: "Disabled" },
};

/** Said beside the state, where there is something to say. */
const HEALTH: Record<MailboxHealth, { tone: "bad" | "warn"; words: string } | null> = {
  HEALTHY: null,
  RETRYING: { tone: "warn", words: "Tried again by itself" },
  STOPPED: { tone: "bad", words: "Stopped" },
};

const useStyles = makeStyles({
  card: {
    display: "flex",
    flexDirection: "column",
    gap: tokens.spacingVerticalM,
    padding: `${tokens.spacingVerticalL} ${tokens.spacingHorizontalXL}`,
    borderRadius: tokens.borderRadiusXLarge,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground1,
    "@media (max-width: 640px)": { padding: tokens.spacingHorizontalM },
  },
  head: { display: "flex", gap: tokens.spacingHorizontalM, flexWrap: "wrap", alignItems: "flex-start" },
  words: { flex: "1 1 260px", minWidth: 0, display: "flex", flexDirection: "column", gap: "2px" },
  title: { display: "flex", alignItems: "center", gap: tokens.spacingHorizontalS, minWidth: 0 },
  line: { overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap", minWidth: 0 },
  quiet: { color: tokens.colorNeutralForeground3 },
  // It may name an address, which is one long word.
  reason: { minWidth: 0, overflowWrap: "anywhere" },
  actions: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalS },
  facts: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: `4px ${tokens.spacingHorizontalXL}` },
  fact: { display: "inline-flex", alignItems: "center", gap: tokens.spacingHorizontalS, minWidth: 0, flexWrap: "wrap" },
});

export function MailboxCard(props: { mailbox: FragmentType<typeof MailboxCard_mailbox> }) {
  const styles = useStyles();
  const mailbox = readFragment(MailboxCard_mailbox, props.mailbox);
  const [editing, setEditing] = useState(false);
  const [undoing, setUndoing] = useState(false);
  const [{ fetching }, sync] = useMutation(MailboxSyncMutation);
  const notify = useNotify();
  const { lastRun, lastError } = mailbox;
  const state = STATES[mailbox.state];
  const health = HEALTH[mailbox.health];

  const syncNow = async () => {
    const { data, error } = await sync({ input: { mailboxIds: [mailbox.id] } });
    const problem = error ? errorMessage(error) : data?.runStart.errors[0]?.message;
    const run = data?.runStart.runs?.[0];
    if (run) navigate(runPath(run.id));
    else notify({ intent: "error", title: `${mailbox.name} was not synced`, body: problem ?? "No reason was given." });
  };

  return (
    <article aria-label={`Mailbox ${mailbox.name}`} className={styles.card} data-mailbox-id={mailbox.id}>
      <div className={styles.head}>
        <div className={styles.words}>
          <div className={styles.title}>
            <Text as="h2" className={styles.line} size={400} title={mailbox.name} weight="semibold">
              {mailbox.name}
            </Text>
            <StateBadge tone={state.tone}>{state.words}</StateBadge>
            {health && <StateBadge tone={health.tone}>{health.words}</StateBadge>}
          </div>
          <Text className={mergeClasses(styles.line, styles.quiet)} size={200} title={mailbox.contactsUrl}>
            {mailbox.principal.name} · {mailbox.contactsUrl}
          </Text>
        </div>
        <div className={styles.actions}>
          {mailbox.viewerCanEdit && (
            <Button
              aria-label={`Edit ${mailbox.name}`}
              icon={<Edit20Regular />}
              onClick={() => setEditing(true)}
              size="small"
            >
              Edit
            </Button>
          )}
          {mailbox.viewerCanSync && (
            <Button
              aria-label={`Undo in ${mailbox.name}`}
              icon={<ArrowUndo20Regular />}
              onClick={() => setUndoing(true)}
              size="small"
            >
              Undo
            </Button>
          )}
          {mailbox.viewerCanSync && (
            <Button
              aria-label={`Sync ${mailbox.name} now`}
              disabled={fetching || mailbox.state === "DISABLED" || mailbox.state === "SYNCING"}
              icon={<ArrowSync20Regular />}
              onClick={() => void syncNow()}
              size="small"
            >
              Sync now
            </Button>
          )}
        </div>
      </div>
      <div className={styles.facts}>
        <Text size={200}>
          {["Address book", mailbox.calendarUrl && "calendar", mailbox.tasksUrl && "task list"]
            .filter(Boolean)
            .join(", ")}
        </Text>
        <Text size={200}>{`${formatNumber(mailbox.linkedCount)} linked`}</Text>
        {mailbox.deadLetterCount > 0 && (
          <Text size={200}>
            <Link to={attentionPath("failed", { mailbox: mailbox.id })}>
              {`${formatNumber(mailbox.deadLetterCount)} failed`}
            </Link>
          </Text>
        )}
        {lastRun ? (
          <Text className={styles.fact} size={200}>
            <Link to={runPath(lastRun.id)}>
              Last run <Timestamp at={lastRun.startedAt ?? lastRun.queuedAt} since />
            </Link>
            <RunStateBadge state={lastRun.state} />
            {!isActive(lastRun.state) && lastRun.state !== "FAILED" && countsLine(lastRun.counts, lastRun.mode)}
          </Text>
        ) : (
          <Text className={styles.quiet} size={200}>
            Never synced
          </Text>
        )}
        <Text size={200}>
          <Link to={attentionPath("history", { mailbox: mailbox.id })}>Values that gave way</Link>
        </Text>
      </div>
      <MailboxCycles mailbox={mailbox} />
      {/* Where it stopped, that says the same and more. */}
      {lastError && !mailbox.stopped && (
        <MessageBar intent="error" layout="multiline">
          <MessageBarBody className={styles.reason}>
            <MessageBarTitle>{lastError.message}</MessageBarTitle> {lastError.remedy}{" "}
            <span className={styles.quiet}>
              <Timestamp at={lastError.at} since />
            </span>
          </MessageBarBody>
        </MessageBar>
      )}
      {undoing && (
        <UndoDialog
          of={{ mailboxId: mailbox.id }}
          onClose={() => setUndoing(false)}
          title={`Undo what runs wrote in ${mailbox.name}`}
        />
      )}
      {editing && <EditDialog mailbox={mailbox} onClose={() => setEditing(false)} />}
    </article>
  );
}
