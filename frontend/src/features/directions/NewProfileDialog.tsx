import { Dropdown, Field, Option } from "@fluentui/react-components";
import { useState } from "react";
import { useMutation } from "urql";
import { graphql } from "../../gql";
import { type FieldErrors, NO_ERRORS, sortToFields } from "../../lib/fieldErrors";
import { errorMessage } from "../../lib/serverErrors";
import { FormDialog } from "../../ui/FormDialog";
import { useNotify } from "../../ui/useNotify";
import { ProfileForm } from "./ProfileForm";

const ProfileCreateMutation = graphql(`
  mutation ProfileCreate($input: ProfileCreateInput!) {
    profileCreate(input: $input) {
      profile {
        id
        name
      }
      errors {
        code
        message
        path
      }
    }
  }
`);

const NAMES = ["name", "description", "copyOf"];

interface NewProfileDialogProps {
  profiles: readonly { id: string; name: string }[];
  /** The profile on the screen: what most people want to start from. */
  copyOf: string;
  onClose: () => void;
  onCreated: (profileId: string) => void;
}

export function NewProfileDialog(props: NewProfileDialogProps) {
  const [text, setText] = useState({ name: "", description: "" });
  const [copyOf, setCopyOf] = useState(props.copyOf);
  const [errors, setErrors] = useState<FieldErrors>(NO_ERRORS);
  const [{ fetching }, create] = useMutation(ProfileCreateMutation);
  const notify = useNotify();

  const submit = async () => {
    const name = text.name.trim();
    if (name === "") {
      setErrors({ fields: { name: "Fill this in." }, general: [] });
      return;
    }
    const { data, error } = await create({ input: { name, description: text.description.trim(), copyOf } });
    const refusals = data?.profileCreate.errors ?? [];
    const profile = data?.profileCreate.profile;
    if (error) setErrors({ fields: {}, general: [errorMessage(error)] });
    else if (refusals.length > 0 || !profile) setErrors(sortToFields(refusals, NAMES));
    else {
      notify({
        intent: "success",
        title: `${profile.name} was made`,
        body: "It holds for nobody yet: give it to people or teams in its settings.",
      });
      props.onCreated(profile.id);
    }
  };

  return (
    <FormDialog
      busy={fetching}
      onClose={props.onClose}
      onSubmit={() => void submit()}
      problems={errors.general}
      submit="Create"
      title="New profile"
    >
      <ProfileForm errors={errors.fields} onChange={setText} text={text} />
      <Field
        hint="The new profile begins with the published directions of this one."
        label="Copy of"
        validationMessage={errors.fields.copyOf}
      >
        <Dropdown
          onOptionSelect={(_, { optionValue }) => optionValue && setCopyOf(optionValue)}
          selectedOptions={[copyOf]}
          value={props.profiles.find((one) => one.id === copyOf)?.name ?? ""}
        >
          {props.profiles.map((one) => (
            <Option key={one.id} value={one.id}>
              {one.name}
            </Option>
          ))}
        </Dropdown>
      </Field>
    </FormDialog>
  );
}
