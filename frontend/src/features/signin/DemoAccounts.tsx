import { Button, Divider, makeStyles, tokens } from "@fluentui/react-components";
import type { DemoAccount } from "./signIn";

const useStyles = makeStyles({
  box: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM },
  list: { display: "grid", gridTemplateColumns: "1fr 1fr", gap: tokens.spacingHorizontalS },
  button: { justifyContent: "flex-start", minWidth: 0, paddingBlock: tokens.spacingVerticalS },
  words: { display: "flex", flexDirection: "column", alignItems: "flex-start", minWidth: 0, textAlign: "start" },
  name: { maxWidth: "100%", overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" },
  role: {
    color: tokens.colorNeutralForeground3,
    fontSize: tokens.fontSizeBase200,
    fontWeight: tokens.fontWeightRegular,
    lineHeight: tokens.lineHeightBase200,
  },
});

interface DemoAccountsProps {
  accounts: readonly DemoAccount[];
  disabled: boolean;
  onPick: (account: DemoAccount) => void;
}

export function DemoAccounts(props: DemoAccountsProps) {
  const styles = useStyles();
  return (
    <section aria-label="Demo accounts" className={styles.box}>
      <Divider>Demo: one click signs in</Divider>
      <div className={styles.list}>
        {props.accounts.map((account) => (
          <Button
            aria-label={`Sign in as ${account.userName}`}
            className={styles.button}
            disabled={props.disabled}
            key={account.userName}
            onClick={() => props.onPick(account)}
          >
            <span className={styles.words}>
              <span className={styles.name}>{account.name}</span>
              <span className={styles.role}>{roleWords(account)}</span>
            </span>
          </Button>
        ))}
      </div>
    </section>
  );
}

function roleWords(account: DemoAccount): string {
  return `${account.userName} · ${account.role.toUpperCase().startsWith("ADMIN") ? "administrator" : "user"}`;
}
