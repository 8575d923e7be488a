import { Button, makeStyles, Text, tokens } from "@fluentui/react-components";
import { useState } from "react";
import { useMutation } from "urql";
import { type FragmentType, graphql, readFragment } from "../../gql";
import type { TokenList_TokenFragment } from "../../gql/graphql";
import { errorMessage } from "../../lib/serverErrors";
import { ConfirmDialog } from "../../ui/ConfirmDialog";
import { Section } from "../../ui/Section";
import { StateBadge } from "../../ui/StateBadge";
import { Timestamp } from "../../ui/Timestamp";
import { useNotify } from "../../ui/useNotify";
import { CreateTokenDialog } from "./CreateTokenDialog";

const TokenList_token = graphql(`
  fragment TokenList_token on Token {
    id
    name
    scope
    createdAt
    lastUsedAt
    expiresAt
  }
`);

const TokenRevokeMutation = graphql(`
  mutation TokenRevoke($input: TokenRevokeInput!) {
    tokenRevoke(input: $input) {
      token {
        id
      }
      errors {
        code
        message
      }
    }
  }
`);

const useStyles = makeStyles({
  list: { listStyleType: "none", margin: 0, padding: 0, display: "flex", flexDirection: "column" },
  row: {
    display: "flex",
    flexWrap: "wrap",
    alignItems: "center",
    gap: tokens.spacingHorizontalM,
    padding: `${tokens.spacingVerticalM} 0`,
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  words: { flex: "1 1 220px", minWidth: 0, display: "flex", flexDirection: "column", gap: "2px" },
  title: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: tokens.spacingHorizontalS },
  name: { overflowWrap: "anywhere" },
  facts: { color: tokens.colorNeutralForeground3 },
});

export function TokenList(props: { tokens: readonly FragmentType<typeof TokenList_token>[] }) {
  const styles = useStyles();
  const all = readFragment(TokenList_token, props.tokens);
  const [creating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<TokenList_TokenFragment | null>(null);
  const [{ fetching }, revoke] = useMutation(TokenRevokeMutation);
  const notify = useNotify();

  const confirmed = async (token: TokenList_TokenFragment) => {
    const { data, error } = await revoke({ input: { tokenId: token.id } });
    const problem = error ? errorMessage(error) : data?.tokenRevoke.errors[0]?.message;
    setRevoking(null);
    if (problem) notify({ intent: "error", title: `${nameOf(token)} was not revoked`, body: problem });
    else notify({ intent: "success", title: `${nameOf(token)} is revoked` });
  };

  return (
    <Section
      actions={
        <Button appearance="primary" onClick={() => setCreating(true)}>
          Create a token
        </Button>
      }
      lead="A script that sends one acts as you, as far as its scope reaches."
      title="Tokens"
    >
      {all.length === 0 ? (
        <Text>You have no tokens. Create one for a script that is to read or change something for you.</Text>
      ) : (
        <ul aria-label="Tokens" className={styles.list}>
          {all.map((token) => (
            <li className={styles.row} key={token.id}>
              <div className={styles.words}>
                <div className={styles.title}>
                  <Text className={styles.name} weight="semibold">
                    {nameOf(token)}
                  </Text>
                  <StateBadge tone={token.scope === "ADMIN" ? "warn" : "quiet"}>
                    {token.scope === "ADMIN" ? "Everything you may do" : "Reads only"}
                  </StateBadge>
                  {hasEnded(token) && <StateBadge tone="bad">Expired</StateBadge>}
                </div>
                <Text className={styles.facts} size={200}>
                  {token.lastUsedAt ? (
                    <>
                      Last used <Timestamp at={token.lastUsedAt} since />
                    </>
                  ) : (
                    "Never used"
                  )}
                  {" · "}
                  {token.expiresAt ? (
                    <>
                      {hasEnded(token) ? "Expired" : "Expires"} <Timestamp at={token.expiresAt} />
                    </>
                  ) : (
                    "Never expires"
                  )}
                  {" · Made "}
                  <Timestamp at={token.createdAt} />
                </Text>
              </div>
              <Button aria-label={`Revoke ${nameOf(token)}`} onClick={() => setRevoking(token)} size="small">
                Revoke
              </Button>
            </li>
          ))}
        </ul>
      )}
      {creating && <CreateTokenDialog onClose={() => setCreating(false)} />}
      {revoking && (
        <ConfirmDialog
          busy={fetching}
          cancel="Keep it"
          confirm="Revoke the token"
          onCancel={() => setRevoking(null)}
          onConfirm={() => void confirmed(revoking)}
          open
          title={`Revoke ${nameOf(revoking)}?`}
        >
          Scripts that use it are refused from now on. This cannot be undone; a new token has another secret.
        </ConfirmDialog>
      )}
    </Section>
  );
}

function nameOf(token: TokenList_TokenFragment): string {
  return token.name || "Token without a name";
}

function hasEnded(token: TokenList_TokenFragment): boolean {
  return token.expiresAt !== null && Date.parse(token.expiresAt) <= Date.now();
}
