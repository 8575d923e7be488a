import { Field, Input, Textarea } from "@fluentui/react-components";
import { useState } from "react";
import { type FragmentType, graphql, readFragment } from "../../gql";
import { partNames } from "../../lib/valueParts";
import { FormDialog } from "../../ui/FormDialog";

const OtherValueDialog_conflict = graphql(`
  fragment OtherValueDialog_conflict on Conflict {
    subject
    crmValue
    mapping {
      id
      outlookLabel
      crmAttributes
    }
  }
`);

interface OtherValueDialogProps {
  conflict: FragmentType<typeof OtherValueDialog_conflict>;
  busy: boolean;
  /** The refusal, or null when it was decided. */
  onDecide: (value: string[]) => Promise<string | null>;
  onClose: () => void;
}

/** A value in the place of both, part by part; begins with what the CRM holds. */
export function OtherValueDialog(props: OtherValueDialogProps) {
  const { mapping, subject, crmValue } = readFragment(OtherValueDialog_conflict, props.conflict);
  const label = mapping?.outlookLabel ?? "Value";
  const names = partNames(mapping?.crmAttributes ?? [], label);
  const [parts, setParts] = useState(() => names.map((_, place) => crmValue?.[place] ?? ""));
  const [problem, setProblem] = useState<string | null>(null);
  const change = (place: number, text: string) => setParts((was) => was.with(place, text));

  const submit = async () => {
    const refusal = await props.onDecide(parts);
    if (refusal) setProblem(refusal);
    else props.onClose();
  };

  return (
    <FormDialog
      busy={props.busy}
      onClose={props.onClose}
      onSubmit={() => void submit()}
      problems={problem ? [problem] : []}
      submit="Decide"
      title={`Another value: ${label} of ${subject}`}
    >
      {names.map((name, place) => (
        <Field
          hint={names.length === 1 ? "Takes the place of both values. Empty is a value too." : undefined}
          key={name}
          label={name}
        >
          {names.length === 1 ? (
            <Textarea onChange={(_, data) => change(place, data.value)} resize="vertical" value={parts[place] ?? ""} />
          ) : (
            <Input onChange={(_, data) => change(place, data.value)} value={parts[place] ?? ""} />
          )}
        </Field>
      ))}
    </FormDialog>
  );
}
