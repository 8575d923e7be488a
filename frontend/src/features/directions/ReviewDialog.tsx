import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  Input,
  MessageBar,
  MessageBarBody,
  makeStyles,
  tokens,
} from "@fluentui/react-components";
import { useState } from "react";
import { useMutation } from "urql";
import { type FragmentType, graphql, readFragment } from "../../gql";
import type { RecordKind } from "../../gql/graphql";
import { policyMeans, policyTitle } from "../../lib/conflictPolicies";
import { flowSentences } from "../../lib/directions";
import { countOf } from "../../lib/format";
import { kindTitle } from "../../lib/kinds";
import { errorMessage } from "../../lib/serverErrors";
import { DirectionInWords } from "../../ui/DirectionArrow";
import { useNotify } from "../../ui/useNotify";
import { DraftContradictions } from "./DraftContradictions";

const ReviewDialog_profile = graphql(`
  fragment ReviewDialog_profile on Profile {
    id
    revision
    draft {
      changes {
        before
        after
        mapping {
          id
          kind
          outlookLabel
          crmLabel
        }
      }
      policyChanges {
        before
        after
        mapping {
          id
          kind
          outlookLabel
          crmLabel
        }
      }
    }
  }
`);

const ProfilePublishMutation = graphql(`
  mutation ProfilePublish($input: ProfilePublishInput!) {
    profilePublish(input: $input) {
      profile {
        id
        published {
          id
          number
        }
        ...DraftBar_profile
        mappings {
          id
          ...MappingGrid_mapping
        }
      }
      errors {
        code
        message
      }
    }
  }
`);

const useStyles = makeStyles({
  surface: { maxWidth: "860px" },
  content: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalL },
  scroll: { maxHeight: "46dvh", overflowY: "auto" },
  table: { width: "100%", borderCollapse: "collapse", "@media (max-width: 640px)": { display: "block" } },
  head: {
    textAlign: "left",
    fontSize: tokens.fontSizeBase200,
    color: tokens.colorNeutralForeground3,
    padding: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalM} ${tokens.spacingVerticalXS} 0`,
    "@media (max-width: 640px)": { display: "none" },
  },
  row: {
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
    "@media (max-width: 640px)": { display: "block", padding: `${tokens.spacingVerticalS} 0` },
  },
  cell: {
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalM} ${tokens.spacingVerticalS} 0`,
    verticalAlign: "top",
    "@media (max-width: 640px)": { display: "block", padding: "2px 0" },
  },
  phone: { display: "none", "@media (max-width: 640px)": { display: "inline" } },
  field: { fontWeight: tokens.fontWeightSemibold },
  quiet: { display: "block", color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200 },
});

interface ReviewDialogProps {
  profile: FragmentType<typeof ReviewDialog_profile>;
  onClose: () => void;
  onStale: () => void;
}

export function ReviewDialog(props: ReviewDialogProps) {
  const styles = useStyles();
  const profile = readFragment(ReviewDialog_profile, props.profile);
  const [message, setMessage] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [{ fetching }, publish] = useMutation(ProfilePublishMutation);
  const notify = useNotify();
  const { changes, policyChanges } = profile.draft;
  const count = changes.length + policyChanges.length;

  const publishNow = async () => {
    setProblem(null);
    const input = { profileId: profile.id, expectedRevision: profile.revision, message: message.trim() };
    const { data, error } = await publish({ input });
    const refusal = data?.profilePublish.errors[0];
    if (error || refusal) {
      setProblem(error ? errorMessage(error) : (refusal?.message ?? ""));
      // The list behind this dialog is no longer the draft: show the real one before asking again.
      if (refusal?.code === "STALE_REVISION") props.onStale();
      return;
    }
    const number = data?.profilePublish.profile?.published.number;
    notify({
      intent: "success",
      title: number ? `Published as version ${number}` : "Published",
      body: "It is in force from the next sync of each mailbox.",
    });
    props.onClose();
  };

  return (
    <Dialog onOpenChange={(_, data) => !data.open && props.onClose()} open>
      <DialogSurface className={styles.surface}>
        <DialogBody>
          <DialogTitle>Review {countOf(count, "change")}</DialogTitle>
          <DialogContent className={styles.content}>
            {problem && (
              <MessageBar intent="error" layout="multiline" role="alert">
                <MessageBarBody>{problem}</MessageBarBody>
              </MessageBar>
            )}
            <div className={styles.scroll}>
              <table aria-label="Changes to publish" className={styles.table}>
                <thead>
                  <tr>
                    {["Field", "Before", "After", "What it means"].map((title) => (
                      <th className={styles.head} key={title} scope="col">
                        {title}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {changes.map(({ mapping, before, after }) => (
                    <tr className={styles.row} key={mapping.id}>
                      <td className={styles.cell}>
                        <ReviewedField mapping={mapping} />
                      </td>
                      <td className={styles.cell}>
                        <DirectionInWords direction={before} />
                      </td>
                      <td className={styles.cell}>
                        <DirectionInWords direction={after} />
                      </td>
                      <td className={styles.cell}>
                        {flowSentences(before, after).map((sentence) => (
                          <span className={styles.quiet} key={sentence}>
                            {sentence}
                          </span>
                        ))}
                      </td>
                    </tr>
                  ))}
                  {policyChanges.map(({ mapping, before, after }) => (
                    <tr className={styles.row} key={`policy-${mapping.id}`}>
                      <td className={styles.cell}>
                        <ReviewedField mapping={mapping} note="In a conflict" />
                      </td>
                      <td className={styles.cell}>{policyTitle(before)}</td>
                      <td className={styles.cell}>
                        <span aria-hidden="true" className={styles.phone}>
                          →{" "}
                        </span>
                        {policyTitle(after)}
                      </td>
                      <td className={styles.cell}>
                        <span className={styles.quiet}>{policyMeans(after)}</span>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
            <DraftContradictions profileId={profile.id} revision={profile.revision} />
            <Field hint="Shown in the list of versions." label="Message (optional)">
              <Input
                maxLength={500}
                onChange={(_, data) => setMessage(data.value)}
                placeholder="What changes, and why"
                value={message}
              />
            </Field>
          </DialogContent>
          <DialogActions>
            <Button onClick={props.onClose}>Keep editing</Button>
            <Button appearance="primary" disabled={fetching || count === 0} onClick={() => void publishNow()}>
              Publish
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}

interface ReviewedFieldProps {
  mapping: { kind: RecordKind; outlookLabel: string; crmLabel: string };
  note?: string;
}

function ReviewedField({ mapping, note }: ReviewedFieldProps) {
  const styles = useStyles();
  return (
    <>
      <span className={styles.field}>{mapping.outlookLabel}</span>
      <span className={styles.quiet}>
        {[kindTitle(mapping.kind), mapping.crmLabel !== mapping.outlookLabel && `CRM: ${mapping.crmLabel}`, note]
          .filter(Boolean)
          .join(" · ")}
      </span>
    </>
  );
}
