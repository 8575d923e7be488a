import { useQuery } from "urql";
import { graphql } from "../../gql";
import { errorMessage } from "../../lib/serverErrors";
import { Page } from "../../ui/Page";
import { ErrorState, LoadingRows } from "../../ui/PageStates";
import { useKept } from "../../ui/useKept";
import { PasswordForm } from "./PasswordForm";
import { TokenList } from "./TokenList";

const AccountPageQuery = graphql(`
  query AccountPage {
    viewer {
      principal {
        id
        userName
      }
    }
    tokens(first: 1000) {
      nodes {
        id
        ...TokenList_token
      }
    }
  }
`);

export default function AccountPage() {
  const [{ data: latest, error }, refetch] = useQuery({ query: AccountPageQuery });
  const data = useKept(latest);
  const reload = () => refetch({ requestPolicy: "network-only" });

  return (
    <Page lead="Your password, and the tokens that let scripts act as you." title="Account">
      {error && !data ? (
        <ErrorState message={errorMessage(error)} onRetry={reload} title="Your account could not be loaded" />
      ) : !data ? (
        <LoadingRows height={120} label="Loading your account" rows={2} />
      ) : (
        <>
          <TokenList tokens={data.tokens.nodes} />
          {/* The old session is gone with the old password: asking again leads to the sign-in page. */}
          <PasswordForm onChanged={reload} userName={data.viewer.principal.userName ?? ""} />
        </>
      )}
    </Page>
  );
}
