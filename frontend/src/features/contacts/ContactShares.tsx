import { Button, Checkbox, Field, makeStyles, Text, tokens } from "@fluentui/react-components";
import { Dismiss16Regular } from "@fluentui/react-icons";
import { useState } from "react";
import { useMutation } from "urql";
import { type FragmentType, graphql, readFragment } from "../../gql";
import type { Privilege } from "../../gql/graphql";
import type { PickedPrincipal } from "../../lib/pickPrincipals";
import { errorMessage } from "../../lib/serverErrors";
import { acquaintances, privilegesInWords, privilegeTitle, SHARED_RIGHTS } from "../../lib/sharing";
import { FormDialog } from "../../ui/FormDialog";
import { PrincipalPicker } from "../../ui/PrincipalPicker";
import { useNotify } from "../../ui/useNotify";
import { PanelSection } from "./PanelSection";

const ContactShares_contact = graphql(`
  fragment ContactShares_contact on Contact {
    id
    viewerCan
    owner {
      id
      name
      kind
    }
    shares {
      rights
      principal {
        id
        name
        kind
      }
    }
  }
`);

const ContactShares_viewer = graphql(`
  fragment ContactShares_viewer on Viewer {
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

const RecordShareSetMutation = graphql(`
  mutation RecordShareSet($input: RecordShareSetInput!) {
    recordShareSet(input: $input) {
      contact {
        id
        ...ContactShares_contact
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
  share: {
    display: "flex",
    alignItems: "center",
    gap: tokens.spacingHorizontalM,
    borderTop: `1px solid ${tokens.colorNeutralStroke3}`,
    padding: `${tokens.spacingVerticalXS} 0`,
  },
  words: { display: "flex", flexDirection: "column", flex: "1 1 auto", minWidth: 0, overflowWrap: "anywhere" },
  quiet: { color: tokens.colorNeutralForeground3 },
  rights: { display: "flex", flexWrap: "wrap" },
  group: { margin: 0, padding: 0, border: "none", minWidth: 0 },
  legend: { padding: 0 },
});

interface ContactSharesProps {
  contact: FragmentType<typeof ContactShares_contact>;
  viewer: FragmentType<typeof ContactShares_viewer>;
  onStale: () => void;
}

/** With whom a contact is shared, and for what; those with the right to share change it here. */
export function ContactShares(props: ContactSharesProps) {
  const styles = useStyles();
  const contact = readFragment(ContactShares_contact, props.contact);
  const viewer = readFragment(ContactShares_viewer, props.viewer);
  const [sharing, setSharing] = useState(false);
  const [{ fetching }, set] = useMutation(RecordShareSetMutation);
  const notify = useNotify();
  const canShare = contact.viewerCan.includes("SHARE");

  const stop = async (principal: PickedPrincipal) => {
    const { data, error } = await set({ input: { recordId: contact.id, principalId: principal.id, rights: [] } });
    const problem = error ? errorMessage(error) : data?.recordShareSet.errors[0]?.message;
    if (problem) {
      notify({ intent: "error", title: `It is still shared with ${principal.name}`, body: problem });
      props.onStale();
    } else notify({ intent: "success", title: `No longer shared with ${principal.name}` });
  };

  return (
    <PanelSection
      action={
        canShare && (
          <Button onClick={() => setSharing(true)} size="small">
            Share
          </Button>
        )
      }
      title="Shared with"
    >
      {contact.shares.length === 0 ? (
        <Text className={styles.quiet}>Nobody</Text>
      ) : (
        <ul aria-label="Shared with" className={styles.list}>
          {contact.shares.map(({ principal, rights }) => (
            <li className={styles.share} key={principal.id}>
              <span className={styles.words}>
                <span>{principal.name}</span>
                <Text className={styles.quiet} size={200}>
                  {privilegesInWords(rights)}
                </Text>
              </span>
              {canShare && (
                <Button
                  appearance="subtle"
                  aria-label={`Stop sharing with ${principal.name}`}
                  disabled={fetching}
                  icon={<Dismiss16Regular />}
                  onClick={() => void stop(principal)}
                  size="small"
                />
              )}
            </li>
          ))}
        </ul>
      )}
      {sharing && (
        <ShareDialog
          contactId={contact.id}
          grantable={SHARED_RIGHTS.filter((right) => viewer.canAdminister || contact.viewerCan.includes(right))}
          known={
            viewer.canAdminister
              ? undefined
              : acquaintances(viewer.principal, [contact.owner, ...contact.shares.map((one) => one.principal)])
          }
          onClose={() => setSharing(false)}
          owner={contact.owner.id}
          shares={contact.shares}
        />
      )}
    </PanelSection>
  );
}

interface ShareDialogProps {
  contactId: string;
  owner: string;
  shares: readonly { principal: { id: string }; rights: readonly Privilege[] }[];
  /** Nobody grants more than they have. */
  grantable: readonly Privilege[];
  known: readonly PickedPrincipal[] | undefined;
  onClose: () => void;
}

function ShareDialog(props: ShareDialogProps) {
  const styles = useStyles();
  const [principal, setPrincipal] = useState<PickedPrincipal | null>(null);
  const [rights, setRights] = useState<readonly Privilege[]>(["READ"]);
  const [problem, setProblem] = useState<string | null>(null);
  const [missing, setMissing] = useState<string>();
  const [{ fetching }, set] = useMutation(RecordShareSetMutation);
  const notify = useNotify();

  const pick = (picked: PickedPrincipal) => {
    setPrincipal(picked);
    setMissing(undefined);
    // Sharing again replaces what was shared before: begin with that.
    const before = props.shares.find((one) => one.principal.id === picked.id);
    if (before) setRights(before.rights);
  };
  const toggle = (right: Privilege, on: boolean) =>
    setRights((was) => SHARED_RIGHTS.filter((one) => (one === right ? on : was.includes(one))));

  const submit = async () => {
    setMissing(principal ? undefined : "Choose somebody.");
    setProblem(rights.length === 0 ? "Choose at least one right." : null);
    if (!principal || rights.length === 0) return;
    const input = { recordId: props.contactId, principalId: principal.id, rights: [...rights] };
    const { data, error } = await set({ input });
    const refusal = error ? errorMessage(error) : data?.recordShareSet.errors[0]?.message;
    if (refusal) setProblem(refusal);
    else {
      notify({ intent: "success", title: `Shared with ${principal.name}` });
      props.onClose();
    }
  };

  return (
    <FormDialog
      busy={fetching}
      onClose={props.onClose}
      onSubmit={() => void submit()}
      problems={problem ? [problem] : []}
      submit="Share"
      title="Share this contact"
    >
      <Field label="With" required validationMessage={missing}>
        <PrincipalPicker
          known={props.known}
          label="With"
          onPick={pick}
          picked={principal}
          placeholder="A person or a team"
          taken={[props.owner]}
        />
      </Field>
      {/* No Field around these: it would give all of its boxes the same label. */}
      <fieldset className={styles.group}>
        <legend className={styles.legend}>Rights</legend>
        <div className={styles.rights}>
          {props.grantable.map((right) => (
            <Checkbox
              checked={rights.includes(right)}
              key={right}
              label={privilegeTitle(right)}
              onChange={(_, change) => toggle(right, change.checked === true)}
            />
          ))}
        </div>
      </fieldset>
    </FormDialog>
  );
}
