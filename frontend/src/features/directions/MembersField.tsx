import { Button, Field, makeStyles, Text, tokens } from "@fluentui/react-components";
import { Dismiss16Regular } from "@fluentui/react-icons";
import type { PickedPrincipal } from "../../lib/pickPrincipals";
import { principalKindTitle } from "../../lib/principals";
import { PrincipalPicker } from "../../ui/PrincipalPicker";

const useStyles = makeStyles({
  list: {
    listStyleType: "none",
    margin: `${tokens.spacingVerticalXS} 0 0`,
    padding: 0,
    maxHeight: "30dvh",
    overflowY: "auto",
  },
  member: { display: "flex", alignItems: "center", gap: tokens.spacingHorizontalS, minHeight: "32px" },
  name: { flex: "1 1 auto", minWidth: 0, overflowWrap: "anywhere" },
  quiet: { color: tokens.colorNeutralForeground3 },
});

interface MembersFieldProps {
  label: string;
  hint?: string;
  error?: string;
  members: readonly PickedPrincipal[];
  onChange: (members: PickedPrincipal[]) => void;
}

/** People and teams, collected one by one. */
export function MembersField(props: MembersFieldProps) {
  const styles = useStyles();
  const { members, onChange } = props;
  return (
    <div>
      <Field hint={props.hint} label={props.label} validationMessage={props.error}>
        <PrincipalPicker
          label={props.label}
          onPick={(principal) => onChange([...members, principal])}
          picked={null}
          placeholder="Add a person or a team"
          taken={members.map((one) => one.id)}
        />
      </Field>
      {members.length > 0 && (
        <ul aria-label={props.label} className={styles.list}>
          {members.map((one) => (
            <li className={styles.member} key={one.id}>
              <span className={styles.name}>{one.name}</span>
              <Text className={styles.quiet} size={200}>
                {principalKindTitle(one.kind)}
              </Text>
              <Button
                appearance="subtle"
                aria-label={`Remove ${one.name}`}
                icon={<Dismiss16Regular />}
                onClick={() => onChange(members.filter((other) => other.id !== one.id))}
                size="small"
              />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
