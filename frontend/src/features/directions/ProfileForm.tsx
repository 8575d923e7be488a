import { Field, Input, Textarea } from "@fluentui/react-components";

interface ProfileText {
  name: string;
  description: string;
}

interface ProfileFormProps {
  text: ProfileText;
  errors: Record<string, string>;
  onChange: (text: ProfileText) => void;
}

/** What a profile is called and for. */
export function ProfileForm({ text, errors, onChange }: ProfileFormProps) {
  return (
    <>
      <Field label="Name" required validationMessage={errors.name}>
        <Input maxLength={200} onChange={(_, data) => onChange({ ...text, name: data.value })} value={text.name} />
      </Field>
      <Field label="Description" validationMessage={errors.description}>
        <Textarea
          onChange={(_, data) => onChange({ ...text, description: data.value })}
          placeholder="What it is for"
          value={text.description}
        />
      </Field>
    </>
  );
}
