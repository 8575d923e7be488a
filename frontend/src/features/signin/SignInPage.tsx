import {
  Button,
  Divider,
  Field,
  Input,
  MessageBar,
  MessageBarBody,
  makeStyles,
  Spinner,
  Text,
  tokens,
} from "@fluentui/react-components";
import { type FormEvent, useEffect, useState } from "react";
import { countOf, formatDuration } from "../../lib/format";
import { Logo } from "../../ui/Logo";
import { DemoAccounts } from "./DemoAccounts";
import {
  type DemoAccount,
  fetchDemoAccounts,
  fetchProvider,
  providerAddress,
  type SignInProvider,
  signIn,
} from "./signIn";

const useStyles = makeStyles({
  page: {
    minHeight: "100dvh",
    boxSizing: "border-box",
    display: "grid",
    placeItems: "center",
    padding: tokens.spacingHorizontalL,
  },
  card: {
    width: "100%",
    maxWidth: "400px",
    boxSizing: "border-box",
    display: "flex",
    flexDirection: "column",
    gap: tokens.spacingVerticalXL,
    padding: "40px 36px",
    borderRadius: "16px",
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    boxShadow: tokens.shadow8,
    "@media (max-width: 640px)": { padding: "28px 20px" },
  },
  brand: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalS },
  title: { letterSpacing: "-0.02em", marginTop: tokens.spacingVerticalS },
  lead: { color: tokens.colorNeutralForeground2 },
  form: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalL },
});

export function SignInPage(props: { ended: boolean; onSignedIn: () => void }) {
  const styles = useStyles();
  const [userName, setUserName] = useState("");
  const [password, setPassword] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [accounts, setAccounts] = useState<DemoAccount[]>([]);
  const [provider, setProvider] = useState<SignInProvider | null>(null);
  const [wait, setWait] = useState(0);

  useEffect(() => {
    document.title = "Sign in · Fieldsync";
    void fetchDemoAccounts().then(setAccounts);
    void fetchProvider().then(setProvider);
  }, []);

  useEffect(() => {
    if (wait <= 0) return;
    const timer = setTimeout(() => setWait(wait - 1), 1000);
    return () => clearTimeout(timer);
  }, [wait]);

  const enter = async (name: string, secret: string) => {
    setBusy(true);
    setProblem(null);
    const result = await signIn(name, secret);
    setBusy(false);
    if (result.ok) props.onSignedIn();
    else {
      setProblem(result.message);
      setWait(result.wait ?? 0);
    }
  };

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (wait > 0) return;
    if (userName.trim() === "" || password === "") setProblem("Enter your user name and your password.");
    else void enter(userName.trim(), password);
  };

  return (
    <main className={styles.page}>
      <div className={styles.card}>
        <div className={styles.brand}>
          <Logo size={44} />
          <Text as="h1" className={styles.title} size={700} weight="semibold">
            Fieldsync
          </Text>
          <Text className={styles.lead}>Decide, field by field, which way data travels between CRM and Outlook.</Text>
        </div>
        {props.ended && !problem && (
          <MessageBar intent="info">
            <MessageBarBody>Your session has ended. Sign in again to go on where you were.</MessageBarBody>
          </MessageBar>
        )}
        {problem && (
          <MessageBar intent="error" layout="multiline" role="alert">
            <MessageBarBody>
              {problem}
              {wait > 0 && <span aria-live="off"> Try again in {waitWords(wait)}.</span>}
            </MessageBarBody>
          </MessageBar>
        )}
        <form aria-label="Sign in" className={styles.form} noValidate onSubmit={submit}>
          <Field label="User name">
            <Input
              autoCapitalize="none"
              autoComplete="username"
              autoFocus
              name="userName"
              onChange={(_, data) => setUserName(data.value)}
              size="large"
              value={userName}
            />
          </Field>
          <Field label="Password">
            <Input
              autoComplete="current-password"
              name="password"
              onChange={(_, data) => setPassword(data.value)}
              size="large"
              type="password"
              value={password}
            />
          </Field>
          <Button
            appearance="primary"
            disabledFocusable={busy || wait > 0}
            icon={busy ? <Spinner size="tiny" /> : undefined}
            size="large"
            type="submit"
          >
            Sign in
          </Button>
        </form>
        {provider && (
          <div className={styles.form}>
            <Divider>or</Divider>
            <Button
              as="a"
              href={providerAddress(provider, window.location.pathname + window.location.search)}
              size="large"
            >
              Sign in with {provider.name}
            </Button>
          </div>
        )}
        {accounts.length > 0 && (
          <DemoAccounts
            accounts={accounts}
            disabled={busy}
            onPick={(account) => void enter(account.userName, account.password)}
          />
        )}
      </div>
    </main>
  );
}

function waitWords(seconds: number): string {
  return seconds < 60 ? countOf(seconds, "second") : formatDuration(seconds * 1000);
}
