import { useMutation } from "urql";
import { type FragmentType, graphql, readFragment } from "../../gql";
import { countOf } from "../../lib/format";
import { navigate } from "../../lib/location";
import { directionsPath } from "../../lib/routes";
import { errorMessage } from "../../lib/serverErrors";
import { ConfirmDialog } from "../../ui/ConfirmDialog";
import { useNotify } from "../../ui/useNotify";

const RestoreDialog_profile = graphql(`
  fragment RestoreDialog_profile on Profile {
    id
    isDefault
    revision
    draft {
      changes {
        after
        mapping {
          id
        }
      }
      policyChanges {
        after
        mapping {
          id
        }
      }
    }
  }
`);

const ProfileRestoreMutation = graphql(`
  mutation ProfileRestore($input: ProfileRestoreInput!) {
    profileRestore(input: $input) {
      profile {
        id
        ...RestoreDialog_profile
        mappings {
          id
          draftDirection
          nextDirection
          draftConflictPolicy
          revision
        }
      }
      errors {
        code
        message
      }
    }
  }
`);

interface RestoreDialogProps {
  profile: FragmentType<typeof RestoreDialog_profile>;
  number: number;
  onClose: () => void;
  onStale: () => void;
}

export function RestoreDialog(props: RestoreDialogProps) {
  const profile = readFragment(RestoreDialog_profile, props.profile);
  const [{ fetching }, restore] = useMutation(ProfileRestoreMutation);
  const notify = useNotify();
  const edits = profile.draft.changes.length + profile.draft.policyChanges.length;

  const confirm = async () => {
    const input = { profileId: profile.id, number: props.number, expectedRevision: profile.revision };
    const { data, error } = await restore({ input });
    const problem = error ? errorMessage(error) : data?.profileRestore.errors[0]?.message;
    props.onClose();
    if (problem) {
      notify({ intent: "error", title: `Version ${props.number} was not restored`, body: problem });
      props.onStale();
      return;
    }
    notify({
      intent: "success",
      title: `Version ${props.number} is in the draft`,
      body: "Nothing is in force yet: review and publish it.",
    });
    navigate(directionsPath("CONTACT", { profile: profile.isDefault ? null : profile.id, as: null }));
  };

  return (
    <ConfirmDialog
      busy={fetching}
      cancel="Cancel"
      confirm="Restore into draft"
      onCancel={props.onClose}
      onConfirm={() => void confirm()}
      open
      title={`Restore version ${props.number} into the draft?`}
    >
      The draft takes over the directions and conflict policies of version {props.number}. Nothing is in force until you
      publish.
      {edits > 0 && ` The draft's ${countOf(edits, "unpublished change")} will be replaced.`}
    </ConfirmDialog>
  );
}
