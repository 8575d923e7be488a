import { Button, Checkbox, Dropdown, Field, makeStyles, Option, Text, tokens } from "@fluentui/react-components";
import { Dismiss16Regular } from "@fluentui/react-icons";
import { useState } from "react";
import { useMutation, useQuery } from "urql";
import { type FragmentType, graphql, readFragment } from "../../gql";
import type { PickedPrincipal } from "../../lib/pickPrincipals";
import { errorMessage } from "../../lib/serverErrors";
import { FormDialog } from "../../ui/FormDialog";
import { PrincipalPicker } from "../../ui/PrincipalPicker";
import { useNotify } from "../../ui/useNotify";
import { PanelSection } from "./PanelSection";

const ColumnGrants_contact = graphql(`
  fragment ColumnGrants_contact on Contact {
    id
    columnGrants {
      attribute
      read
      update
      principal {
        id
        name
        kind
      }
    }
  }
`);

const SecuredColumnsQuery = graphql(`
  query SecuredColumns {
    columns(kind: CONTACT) {
      kind
      attribute
      label
      secured
    }
  }
`);

const ColumnGrantSetMutation = graphql(`
  mutation ColumnGrantSet($input: ColumnGrantSetInput!) {
    columnGrantSet(input: $input) {
      contact {
        id
        ...ColumnGrants_contact
      }
      errors {
        code
        message
        path
      }
    }
  }
`);

const useStyles = makeStyles({
  list: { listStyleType: "none", margin: 0, padding: 0 },
  grant: {
    display: "flex",
    alignItems: "center",
    gap: tokens.spacingHorizontalM,
    borderTop: `1px solid ${tokens.colorNeutralStroke3}`,
    padding: `${tokens.spacingVerticalXS} 0`,
  },
  words: { display: "flex", flexDirection: "column", flex: "1 1 auto", minWidth: 0, overflowWrap: "anywhere" },
  quiet: { color: tokens.colorNeutralForeground3 },
  control: { minWidth: 0 },
});

interface ColumnGrantsProps {
  contact: FragmentType<typeof ColumnGrants_contact>;
  canAdminister: boolean;
}

/** Secured columns opened to somebody on this one contact. */
export function ColumnGrants(props: ColumnGrantsProps) {
  const styles = useStyles();
  const contact = readFragment(ColumnGrants_contact, props.contact);
  const [granting, setGranting] = useState(false);
  const [{ data }] = useQuery({ query: SecuredColumnsQuery });
  const [{ fetching }, set] = useMutation(ColumnGrantSetMutation);
  const notify = useNotify();
  const { columnGrants } = contact;
  const secured = data?.columns.filter((column) => column.secured) ?? [];
  if (columnGrants.length === 0 && !(props.canAdminister && secured.length > 0)) return null;

  const takeBack = async (attribute: string, principal: PickedPrincipal) => {
    const input = { recordId: contact.id, attribute, principalId: principal.id, read: false, update: false };
    const result = await set({ input });
    const problem = result.error ? errorMessage(result.error) : result.data?.columnGrantSet.errors[0]?.message;
    notify(
      problem
        ? { intent: "error", title: `${principal.name} still has it`, body: problem }
        : { intent: "success", title: `Taken back from ${principal.name}` },
    );
  };

  return (
    <PanelSection
      action={
        props.canAdminister && (
          <Button onClick={() => setGranting(true)} size="small">
            Grant a column
          </Button>
        )
      }
      title="Secured columns on this contact"
    >
      {columnGrants.length === 0 ? (
        <Text className={styles.quiet}>Opened to nobody in particular</Text>
      ) : (
        <ul aria-label="Secured columns on this contact" className={styles.list}>
          {columnGrants.map(({ attribute, principal, read, update }) => (
            <li className={styles.grant} key={`${attribute} ${principal.id}`}>
              <span className={styles.words}>
                <span>
                  {data?.columns.find((column) => column.attribute === attribute)?.label ?? attribute} for{" "}
                  {principal.name}
                </span>
                <Text className={styles.quiet} size={200}>
                  {[read && "may read it", update && "may change it"].filter(Boolean).join(", ")}
                </Text>
              </span>
              {props.canAdminister && (
                <Button
                  appearance="subtle"
                  aria-label={`Take ${attribute} back from ${principal.name}`}
                  disabled={fetching}
                  icon={<Dismiss16Regular />}
                  onClick={() => void takeBack(attribute, principal)}
                  size="small"
                />
              )}
            </li>
          ))}
        </ul>
      )}
      {granting && <GrantDialog columns={secured} contactId={contact.id} onClose={() => setGranting(false)} />}
    </PanelSection>
  );
}

interface GrantDialogProps {
  contactId: string;
  columns: readonly { attribute: string; label: string }[];
  onClose: () => void;
}

function GrantDialog(props: GrantDialogProps) {
  const styles = useStyles();
  const [attribute, setAttribute] = useState(props.columns[0]?.attribute ?? "");
  const [principal, setPrincipal] = useState<PickedPrincipal | null>(null);
  const [update, setUpdate] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [missing, setMissing] = useState<string>();
  const [{ fetching }, set] = useMutation(ColumnGrantSetMutation);
  const notify = useNotify();
  const title = (column: { attribute: string; label: string }) => `${column.label} (${column.attribute})`;
  const chosen = props.columns.find((column) => column.attribute === attribute);

  const submit = async () => {
    setMissing(principal ? undefined : "Choose somebody.");
    if (!principal) return;
    setProblem(null);
    const input = { recordId: props.contactId, attribute, principalId: principal.id, read: true, update };
    const { data, error } = await set({ input });
    const refusal = error ? errorMessage(error) : data?.columnGrantSet.errors[0]?.message;
    if (refusal) setProblem(refusal);
    else {
      notify({ intent: "success", title: `Granted to ${principal.name}`, body: "On this contact only." });
      props.onClose();
    }
  };

  return (
    <FormDialog
      busy={fetching}
      onClose={props.onClose}
      onSubmit={() => void submit()}
      problems={problem ? [problem] : []}
      submit="Grant"
      title="Grant a secured column"
    >
      <Field label="Column">
        <Dropdown
          className={styles.control}
          onOptionSelect={(_, { optionValue }) => optionValue && setAttribute(optionValue)}
          selectedOptions={[attribute]}
          value={chosen ? title(chosen) : ""}
        >
          {props.columns.map((column) => (
            <Option key={column.attribute} text={title(column)} value={column.attribute}>
              {title(column)}
            </Option>
          ))}
        </Dropdown>
      </Field>
      <Field label="To" required validationMessage={missing}>
        <PrincipalPicker
          label="To"
          onPick={(picked) => {
            setPrincipal(picked);
            setMissing(undefined);
          }}
          picked={principal}
          placeholder="A person or a team"
        />
      </Field>
      <Checkbox
        checked={update}
        label="Change it too, not only read it"
        onChange={(_, change) => setUpdate(change.checked === true)}
      />
    </FormDialog>
  );
}
