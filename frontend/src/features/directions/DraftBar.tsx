import { Button, makeStyles, Text, tokens } from "@fluentui/react-components";
import { useState } from "react";
import { useMutation } from "urql";
import { type FragmentType, graphql, readFragment } from "../../gql";
import { countOf } from "../../lib/format";
import { navigate } from "../../lib/location";
import { DRAFT_PREVIEW_PATH } from "../../lib/routes";
import { errorMessage } from "../../lib/serverErrors";
import { ConfirmDialog } from "../../ui/ConfirmDialog";
import { Timestamp } from "../../ui/Timestamp";
import { useNotify } from "../../ui/useNotify";
import { ReviewDialog } from "./ReviewDialog";

const DraftBar_profile = graphql(`
  fragment DraftBar_profile on Profile {
    id
    revision
    draft {
      changedAt
      changedBy {
        id
        name
      }
      changes {
        before
        after
        mapping {
          id
        }
      }
      policyChanges {
        before
        after
        mapping {
          id
        }
      }
    }
    ...ReviewDialog_profile
  }
`);

const ProfileDraftDiscardMutation = graphql(`
  mutation ProfileDraftDiscard($input: ProfileDraftDiscardInput!) {
    profileDraftDiscard(input: $input) {
      profile {
        id
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
  bar: {
    position: "sticky",
    bottom: tokens.spacingVerticalL,
    zIndex: 10,
    display: "flex",
    flexWrap: "wrap",
    alignItems: "center",
    gap: tokens.spacingHorizontalM,
    padding: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalL}`,
    borderRadius: tokens.borderRadiusXLarge,
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    backgroundColor: tokens.colorNeutralBackground1,
    boxShadow: tokens.shadow16,
  },
  words: { display: "flex", flexDirection: "column", flex: "1 1 220px", minWidth: 0 },
  quiet: { color: tokens.colorNeutralForeground3 },
  // The runs page offers the same; a phone needs the room.
  preview: { "@media (max-width: 640px)": { display: "none" } },
  actions: { display: "flex", gap: tokens.spacingHorizontalS, flexWrap: "wrap" },
});

export function DraftBar(props: { profile: FragmentType<typeof DraftBar_profile>; onStale: () => void }) {
  const styles = useStyles();
  const profile = readFragment(DraftBar_profile, props.profile);
  const [open, setOpen] = useState<"review" | "discard" | null>(null);
  const [{ fetching }, discard] = useMutation(ProfileDraftDiscardMutation);
  const notify = useNotify();
  const { draft } = profile;
  const count = draft.changes.length + draft.policyChanges.length;
  if (count === 0) return null;

  const throwAway = async () => {
    const { data, error } = await discard({ input: { profileId: profile.id, expectedRevision: profile.revision } });
    const problem = error ? errorMessage(error) : data?.profileDraftDiscard.errors[0]?.message;
    setOpen(null);
    if (problem) {
      notify({ intent: "error", title: "The draft was not discarded", body: problem });
      props.onStale();
    } else notify({ intent: "success", title: "The draft was discarded" });
  };

  return (
    <>
      <section aria-label="Draft" className={styles.bar}>
        <div className={styles.words} role="status">
          <Text weight="semibold">{countOf(count, "change")} not published</Text>
          {draft.changedAt && (
            <Text className={styles.quiet} size={200}>
              Last by {draft.changedBy?.name ?? "somebody"}, <Timestamp at={draft.changedAt} since />
            </Text>
          )}
        </div>
        <div className={styles.actions}>
          <Button onClick={() => setOpen("discard")}>Discard</Button>
          <Button className={styles.preview} onClick={() => navigate(DRAFT_PREVIEW_PATH)}>
            Preview effect
          </Button>
          <Button appearance="primary" onClick={() => setOpen("review")}>
            Review and publish
          </Button>
        </div>
      </section>
      {open === "review" && <ReviewDialog onClose={() => setOpen(null)} onStale={props.onStale} profile={profile} />}
      <ConfirmDialog
        busy={fetching}
        cancel="Keep editing"
        confirm="Discard the draft"
        onCancel={() => setOpen(null)}
        onConfirm={() => void throwAway()}
        open={open === "discard"}
        title="Discard the draft?"
      >
        {countOf(count, "change")} will be lost, other administrators' included. What is published stays as it is.
      </ConfirmDialog>
    </>
  );
}
