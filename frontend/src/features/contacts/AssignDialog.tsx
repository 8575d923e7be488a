import { Field } from "@fluentui/react-components";
import { useState } from "react";
import { useMutation } from "urql";
import { type FragmentType, graphql, readFragment } from "../../gql";
import type { PickedPrincipal } from "../../lib/pickPrincipals";
import { errorMessage } from "../../lib/serverErrors";
import { acquaintances } from "../../lib/sharing";
import { FormDialog } from "../../ui/FormDialog";
import { PrincipalPicker } from "../../ui/PrincipalPicker";
import { useNotify } from "../../ui/useNotify";

const AssignDialog_contact = graphql(`
  fragment AssignDialog_contact on Contact {
    id
    version
    owner {
      id
      name
      kind
    }
    shares {
      principal {
        id
        name
        kind
      }
    }
  }
`);

const AssignDialog_viewer = graphql(`
  fragment AssignDialog_viewer on Viewer {
    canAdminister
    principal {
      id
      name
      kind
      rights {
        manager {
          id
          name
          kind
        }
        teams {
          id
          name
          kind
        }
      }
    }
  }
`);

const ContactAssignMutation = graphql(`
  mutation ContactAssign($input: ContactAssignInput!) {
    contactAssign(input: $input) {
      contact {
        id
        ...AssignDialog_contact
      }
      errors {
        code
        message
        path
      }
    }
  }
`);

interface AssignDialogProps {
  contact: FragmentType<typeof AssignDialog_contact>;
  viewer: FragmentType<typeof AssignDialog_viewer>;
  onAssigned: () => void;
  onClose: () => void;
}

export function AssignDialog(props: AssignDialogProps) {
  const contact = readFragment(AssignDialog_contact, props.contact);
  const viewer = readFragment(AssignDialog_viewer, props.viewer);
  const [owner, setOwner] = useState<PickedPrincipal | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [missing, setMissing] = useState<string>();
  const [{ fetching }, assign] = useMutation(ContactAssignMutation);
  const notify = useNotify();
  // Access teams own nothing.
  const known = acquaintances(viewer.principal, [
    viewer.principal,
    ...contact.shares.map((one) => one.principal),
  ]).filter((one) => one.kind !== "ACCESS_TEAM");

  const submit = async () => {
    setMissing(owner ? undefined : "Choose somebody.");
    if (!owner) return;
    setProblem(null);
    const input = { contactId: contact.id, ownerId: owner.id, expectedVersion: contact.version };
    const { data, error } = await assign({ input });
    const refusal = error ? errorMessage(error) : data?.contactAssign.errors[0]?.message;
    if (refusal) {
      setProblem(refusal);
      return;
    }
    notify({ intent: "success", title: `${owner.name} owns the contact now` });
    props.onAssigned();
    props.onClose();
  };

  return (
    <FormDialog
      busy={fetching}
      onClose={props.onClose}
      onSubmit={() => void submit()}
      problems={problem ? [problem] : []}
      submit="Assign"
      title="Assign this contact"
    >
      <Field
        hint={`${contact.owner.name} owns it now. Whoever owns it decides which roles reach it.`}
        label="New owner"
        required
        validationMessage={missing}
      >
        <PrincipalPicker
          known={viewer.canAdminister ? undefined : known}
          label="New owner"
          onPick={(picked) => {
            setOwner(picked);
            setMissing(undefined);
          }}
          picked={owner}
          placeholder="A person or an owner team"
          taken={[contact.owner.id]}
        />
      </Field>
    </FormDialog>
  );
}
