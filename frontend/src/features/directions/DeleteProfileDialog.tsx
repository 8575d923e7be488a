import { useMutation } from "urql";
import { type FragmentType, graphql, readFragment } from "../../gql";
import { countOf } from "../../lib/format";
import { errorMessage } from "../../lib/serverErrors";
import { ConfirmDialog } from "../../ui/ConfirmDialog";
import { useNotify } from "../../ui/useNotify";

const DeleteProfileDialog_profile = graphql(`
  fragment DeleteProfileDialog_profile on Profile {
    id
    name
    revision
    members(first: 0) {
      totalCount
    }
  }
`);

const ProfileDeleteMutation = graphql(`
  mutation ProfileDelete($input: ProfileDeleteInput!) {
    profileDelete(input: $input) {
      profileId
      errors {
        code
        message
      }
    }
  }
`);

interface DeleteProfileDialogProps {
  profile: FragmentType<typeof DeleteProfileDialog_profile>;
  onClose: () => void;
  onDeleted: () => void;
  onStale: () => void;
}

export function DeleteProfileDialog(props: DeleteProfileDialogProps) {
  const profile = readFragment(DeleteProfileDialog_profile, props.profile);
  const [{ fetching }, remove] = useMutation(ProfileDeleteMutation);
  const notify = useNotify();
  const members = profile.members?.totalCount ?? 0;

  const confirm = async () => {
    const input = { profileId: profile.id, expectedRevision: profile.revision };
    const { data, error } = await remove({ input });
    const problem = error ? errorMessage(error) : data?.profileDelete.errors[0]?.message;
    props.onClose();
    if (problem) {
      notify({ intent: "error", title: `${profile.name} was not deleted`, body: problem });
      props.onStale();
      return;
    }
    notify({ intent: "success", title: `${profile.name} was deleted` });
    props.onDeleted();
  };

  return (
    <ConfirmDialog
      busy={fetching || members > 0}
      cancel="Keep it"
      confirm="Delete the profile"
      onCancel={props.onClose}
      onConfirm={() => void confirm()}
      open
      title={`Delete the profile ${profile.name}?`}
    >
      {members > 0
        ? `It is given to ${countOf(members, "member")}: take it from them in its settings first.`
        : "Its directions, its draft and its versions are gone for good. It is given to nobody, so nothing changes for anyone."}
    </ConfirmDialog>
  );
}
