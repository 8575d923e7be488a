import {
  Button,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  Switch,
  Text,
  tokens,
} from "@fluentui/react-components";
import { useMutation } from "urql";
import { type FragmentType, graphql, readFragment } from "../../gql";
import { formatDuration } from "../../lib/format";
import { errorMessage } from "../../lib/serverErrors";
import { Timestamp } from "../../ui/Timestamp";
import { useNotify } from "../../ui/useNotify";

const MailboxCycles_mailbox = graphql(`
  fragment MailboxCycles_mailbox on Mailbox {
    id
    name
    syncMethod
    cyclesEnabled
    nextDueAt
    intervalSeconds
    lastSuccessAt
    viewerCanEdit
    viewerCanSync
    stopped {
      code
      message
      remedy
      at
    }
  }
`);

const MailboxCyclesMutation = graphql(`
  mutation MailboxCycles($input: MailboxUpdateInput!) {
    mailboxUpdate(input: $input) {
      mailbox {
        id
        ...MailboxCard_mailbox
      }
      errors {
        code
        message
      }
    }
  }
`);

const MailboxResumeMutation = graphql(`
  mutation MailboxResume($input: MailboxResumeInput!) {
    mailboxResume(input: $input) {
      mailbox {
        id
        ...MailboxCard_mailbox
      }
      errors {
        code
        message
      }
    }
  }
`);

const useStyles = makeStyles({
  line: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: `0 ${tokens.spacingHorizontalXL}` },
  cycles: { marginLeft: "-8px" },
  // The reason may name an address, which is one long word.
  words: { minWidth: 0, overflowWrap: "anywhere" },
  quiet: { color: tokens.colorNeutralForeground3 },
});

/** Whether a mailbox runs by itself and when; where it stopped, why, and the way on. */
export function MailboxCycles(props: { mailbox: FragmentType<typeof MailboxCycles_mailbox> }) {
  const styles = useStyles();
  const mailbox = readFragment(MailboxCycles_mailbox, props.mailbox);
  const [{ fetching: changing }, update] = useMutation(MailboxCyclesMutation);
  const [{ fetching: resuming }, resume] = useMutation(MailboxResumeMutation);
  const notify = useNotify();
  const { cyclesEnabled, stopped, intervalSeconds } = mailbox;
  const outOfService = mailbox.syncMethod !== "SERVER_SIDE";

  const setCycles = async (on: boolean) => {
    const { data, error } = await update({ input: { mailboxId: mailbox.id, cyclesEnabled: on } });
    const problem = error ? errorMessage(error) : data?.mailboxUpdate.errors[0]?.message;
    if (problem) notify({ intent: "error", title: `${mailbox.name} was not changed`, body: problem });
  };

  const goOn = async () => {
    const { data, error } = await resume({ input: { mailboxId: mailbox.id } });
    const problem = error ? errorMessage(error) : data?.mailboxResume.errors[0]?.message;
    if (problem) notify({ intent: "error", title: `${mailbox.name} was not resumed`, body: problem });
    else notify({ intent: "success", title: `${mailbox.name} goes on` });
  };

  return (
    <>
      <div className={styles.line}>
        {mailbox.viewerCanEdit ? (
          <Switch
            checked={cyclesEnabled}
            className={styles.cycles}
            disabled={changing || outOfService}
            label="Runs by itself"
            onChange={(_, data) => void setCycles(data.checked)}
          />
        ) : (
          <Text size={200}>{cyclesEnabled ? "Runs by itself" : "Runs when somebody starts it"}</Text>
        )}
        {cyclesEnabled && mailbox.nextDueAt && (
          <Text size={200}>
            Next run <Timestamp at={mailbox.nextDueAt} until />
            {intervalSeconds && (
              <span className={styles.quiet}>, every {formatDuration(Math.round(intervalSeconds) * 1000)}</span>
            )}
          </Text>
        )}
        {mailbox.lastSuccessAt && (
          <Text size={200}>
            Last success <Timestamp at={mailbox.lastSuccessAt} since />
          </Text>
        )}
      </div>
      {stopped && (
        <MessageBar intent="error" layout="multiline">
          <MessageBarBody className={styles.words}>
            <MessageBarTitle>Stopped: {stopped.message}</MessageBarTitle> {stopped.remedy}{" "}
            <span className={styles.quiet}>
              <Timestamp at={stopped.at} since />
            </span>
          </MessageBarBody>
          {mailbox.viewerCanSync && (
            <MessageBarActions>
              <Button aria-label={`Resume ${mailbox.name}`} disabled={resuming} onClick={() => void goOn()}>
                Resume
              </Button>
            </MessageBarActions>
          )}
        </MessageBar>
      )}
    </>
  );
}
