import { Field, Input, Radio, RadioGroup } from "@fluentui/react-components";
import { useState } from "react";
import { useMutation } from "urql";
import { type FragmentType, graphql, readFragment } from "../../gql";
import type { SecuredWrites } from "../../gql/graphql";
import { type FieldErrors, NO_ERRORS, sortToFields } from "../../lib/fieldErrors";
import type { PickedPrincipal } from "../../lib/pickPrincipals";
import { errorMessage } from "../../lib/serverErrors";
import { FormDialog } from "../../ui/FormDialog";
import { MembersLoading } from "../../ui/MembersLoading";
import { useMembers } from "../../ui/useMembers";
import { useNotify } from "../../ui/useNotify";
import { MembersField } from "./MembersField";
import { ProfileForm } from "./ProfileForm";

const ProfileSettingsDialog_profile = graphql(`
  fragment ProfileSettingsDialog_profile on Profile {
    id
    name
    description
    isDefault
    rank
    securedWrites
    revision
  }
`);

const ProfileUpdateMutation = graphql(`
  mutation ProfileUpdate($input: ProfileUpdateInput!) {
    profileUpdate(input: $input) {
      profile {
        id
        ...ProfileBar_profile
      }
      errors {
        code
        message
        path
      }
    }
  }
`);

const NAMES = ["name", "description", "rank", "securedWrites", "memberIds"];
const NOBODY: readonly PickedPrincipal[] = [];

interface ProfileSettingsDialogProps {
  profile: FragmentType<typeof ProfileSettingsDialog_profile>;
  onClose: () => void;
  onStale: () => void;
}

export function ProfileSettingsDialog(props: ProfileSettingsDialogProps) {
  const profile = readFragment(ProfileSettingsDialog_profile, props.profile);
  const [text, setText] = useState({ name: profile.name, description: profile.description });
  const [rank, setRank] = useState(String(profile.rank));
  const [securedWrites, setSecuredWrites] = useState<SecuredWrites>(profile.securedWrites);
  const present = useMembers("Profile", profile.isDefault ? null : profile.id);
  const [chosen, setChosen] = useState<readonly PickedPrincipal[] | null>(null);
  const members = chosen ?? (profile.isDefault ? NOBODY : present.members);
  const [errors, setErrors] = useState<FieldErrors>(NO_ERRORS);
  const [{ fetching }, update] = useMutation(ProfileUpdateMutation);
  const notify = useNotify();

  const submit = async () => {
    const number = Number(rank);
    const wrong: Record<string, string> = {};
    if (text.name.trim() === "") wrong.name = "Fill this in.";
    if (!/^\d+$/.test(rank.trim())) wrong.rank = "Give a whole number, such as 10.";
    if (Object.keys(wrong).length > 0) {
      setErrors({ fields: wrong, general: [] });
      return;
    }
    if (!members) return;
    const input = {
      profileId: profile.id,
      name: text.name.trim(),
      description: text.description.trim(),
      securedWrites,
      // The default profile holds for everybody else: it has neither a rank to choose nor members.
      ...(profile.isDefault ? {} : { rank: number, memberIds: members.map((one) => one.id) }),
      expectedRevision: profile.revision,
    };
    const { data, error } = await update({ input });
    const refusals = data?.profileUpdate.errors ?? [];
    if (error) setErrors({ fields: {}, general: [errorMessage(error)] });
    else if (refusals.length > 0) {
      setErrors(sortToFields(refusals, NAMES));
      if (refusals.some((one) => one.code === "STALE_REVISION")) props.onStale();
    } else {
      notify({ intent: "success", title: `${input.name} was saved` });
      props.onClose();
    }
  };

  return (
    <FormDialog
      busy={fetching || !members}
      onClose={props.onClose}
      onSubmit={() => void submit()}
      problems={errors.general}
      submit="Save"
      title={`Settings of ${profile.name}`}
    >
      <ProfileForm errors={errors.fields} onChange={setText} text={text} />
      {!profile.isDefault && (
        <>
          {members ? (
            <MembersField
              error={errors.fields.memberIds}
              hint="For whom this profile holds. Everybody without one gets the default profile."
              label="Members"
              members={members}
              onChange={setChosen}
            />
          ) : (
            <MembersLoading error={present.error} onRetry={present.retry} />
          )}
          <Field
            hint="Somebody can have several profiles, their own and those of their teams: the lowest rank of all profiles somebody has holds."
            label="Rank"
            validationMessage={errors.fields.rank}
          >
            <Input inputMode="numeric" onChange={(_, data) => setRank(data.value)} value={rank} />
          </Field>
        </>
      )}
      <Field
        hint="Applies to text that somebody types in Outlook into a field whose column they may not write in CRM."
        label="Edits that CRM does not take"
        validationMessage={errors.fields.securedWrites}
      >
        <RadioGroup onChange={(_, data) => setSecuredWrites(data.value as SecuredWrites)} value={securedWrites}>
          <Radio label="Keep: the text stays in Outlook, and the run reports it" value="KEEP" />
          <Radio
            label="Blank: the text in Outlook is replaced by CRM’s value, empty if there is none, as Dynamics 365 does it. What was typed is gone from Outlook; the run keeps a copy."
            value="BLANK"
          />
        </RadioGroup>
      </Field>
    </FormDialog>
  );
}
