import { Checkbox, Field, Input, MessageBar, MessageBarBody, MessageBarTitle, Text } from "@fluentui/react-components";
import { useState } from "react";
import { useMutation } from "urql";
import { type FragmentType, graphql, readFragment } from "../../gql";
import { errorMessage } from "../../lib/serverErrors";
import { ConfirmDialog } from "../../ui/ConfirmDialog";
import { FormDialog } from "../../ui/FormDialog";
import { useNotify } from "../../ui/useNotify";
import { useRefusals } from "../../ui/useRefusals";

const SecureDialogs_column = graphql(`
  fragment SecureDialogs_column on Column {
    kind
    attribute
    secured
    mask {
      keepLast
    }
  }
`);

const ColumnSecureMutation = graphql(`
  mutation ColumnSecure($input: ColumnSecureInput!) {
    columnSecure(input: $input) {
      column {
        kind
        attribute
        ...ColumnRow_column
      }
      errors {
        code
        message
        path
      }
    }
  }
`);

const ColumnReleaseMutation = graphql(`
  mutation ColumnRelease($input: ColumnReleaseInput!) {
    columnRelease(input: $input) {
      column {
        kind
        attribute
        ...ColumnRow_column
      }
      errors {
        code
        message
      }
    }
  }
`);

interface ColumnDialogProps {
  column: FragmentType<typeof SecureDialogs_column>;
  /** What the column is called on the page. */
  name: string;
  onClose: () => void;
}

/** Secures a column, or changes the mask of a secured one; says who would be locked out before it is done. */
export function SecureDialog(props: ColumnDialogProps & { somebodyReads: boolean }) {
  const column = readFragment(SecureDialogs_column, props.column);
  const [masked, setMasked] = useState(column.mask !== null && column.mask !== undefined);
  const [keepLast, setKeepLast] = useState(String(column.mask?.keepLast ?? 4));
  const [{ fetching }, secure] = useMutation(ColumnSecureMutation);
  const { errors, accepted } = useRefusals(["keepLast"]);
  const [digits, setDigits] = useState<string | null>(null);
  const notify = useNotify();

  const submit = async () => {
    const count = Number(keepLast);
    if (masked && (keepLast.trim() === "" || !Number.isInteger(count) || count < 0)) {
      setDigits("Enter a whole number, 0 or more.");
      return;
    }
    setDigits(null);
    const { kind, attribute } = column;
    const input = { kind, attribute, mask: masked ? { keepLast: count } : null };
    const { data, error } = await secure({ input });
    if (!accepted(error, data?.columnSecure.errors)) return;
    notify({
      intent: "success",
      title: column.secured ? `The mask of ${props.name} was saved` : `${props.name} is secured`,
    });
    props.onClose();
  };

  return (
    <FormDialog
      busy={fetching}
      problems={errors.general}
      onClose={props.onClose}
      onSubmit={() => void submit()}
      submit={column.secured ? "Save" : "Secure"}
      title={column.secured ? `Mask of ${props.name}` : `Secure ${props.name}?`}
    >
      {!column.secured && (
        <Text>
          Only administrators and members of field profiles that allow it will read or change this field, on the pages,
          for programs and in the sync.
        </Text>
      )}
      {!column.secured && !props.somebodyReads && (
        <MessageBar intent="warning" layout="multiline" role="alert">
          <MessageBarBody>
            <MessageBarTitle>Everybody but administrators is locked out.</MessageBarTitle>
            No field profile with members allows reading it. Its values disappear from everybody's pages and no longer
            travel to their mailboxes until a field profile allows it.
          </MessageBarBody>
        </MessageBar>
      )}
      <Checkbox
        checked={masked}
        label="Mask the values for those who may read, but not unmasked"
        onChange={(_, data) => setMasked(data.checked === true)}
      />
      {masked && (
        <Field
          hint={`Shown as ${"****"}${"1234567890".slice(0, Math.min(10, Number(keepLast) || 0))}; 0 shows nothing of it.`}
          label="Shows only the last … characters"
          validationMessage={digits ?? errors.fields.keepLast}
        >
          <Input
            inputMode="numeric"
            min={0}
            onChange={(_, data) => setKeepLast(data.value)}
            type="number"
            value={keepLast}
          />
        </Field>
      )}
    </FormDialog>
  );
}

export function ReleaseDialog(props: ColumnDialogProps) {
  const { kind, attribute } = readFragment(SecureDialogs_column, props.column);
  const [{ fetching }, release] = useMutation(ColumnReleaseMutation);
  const notify = useNotify();

  const confirm = async () => {
    const { data, error } = await release({ input: { kind, attribute } });
    const problem = error ? errorMessage(error) : data?.columnRelease.errors[0]?.message;
    props.onClose();
    if (problem) notify({ intent: "error", title: `${props.name} is still secured`, body: problem });
    else notify({ intent: "success", title: `${props.name} is no longer secured` });
  };

  return (
    <ConfirmDialog
      busy={fetching}
      cancel="Cancel"
      confirm="Release"
      onCancel={props.onClose}
      onConfirm={() => void confirm()}
      open
      title={`Release ${props.name}?`}
    >
      Everybody who may read or change the record will read or change this field too, whatever the field profiles say.
    </ConfirmDialog>
  );
}
