import { lazy, Suspense, useEffect } from "react";
import { useQuery } from "urql";
import { graphql } from "../gql";
import { navigate } from "../lib/location";
import { matchRoute } from "../lib/routes";
import { errorMessage, isNotSignedIn } from "../lib/serverErrors";
import { Link } from "../ui/Link";
import { Page } from "../ui/Page";
import { EmptyState, ErrorState, LoadingRows } from "../ui/PageStates";
import { usePath } from "../ui/useStores";
import { Shell } from "./Shell";
import { keepSession } from "./session";

const DirectionsPage = lazy(() => import("../features/directions/DirectionsPage"));
const VersionsPage = lazy(() => import("../features/versions/VersionsPage"));
const ContactsPage = lazy(() => import("../features/contacts/ContactsPage"));
const ScopePage = lazy(() => import("../features/scope/ScopePage"));
const DeletionsPage = lazy(() => import("../features/deletions/DeletionsPage"));
const RunsPage = lazy(() => import("../features/runs/RunsPage"));
const RunPage = lazy(() => import("../features/runs/RunPage"));
const MailboxesPage = lazy(() => import("../features/mailboxes/MailboxesPage"));
const AttentionPage = lazy(() => import("../features/attention/AttentionPage"));
const AccountPage = lazy(() => import("../features/account/AccountPage"));
const SecurityPage = lazy(() => import("../features/security/SecurityPage"));

const SignedInQuery = graphql(`
  query SignedIn {
    viewer {
      ...Shell_viewer
    }
  }
`);

export function SignedIn(props: { onViewer: () => void; onSignedOut: () => void; onSessionEnded: () => void }) {
  const [{ data, error }, refetch] = useQuery({ query: SignedInQuery });
  const known = data !== undefined;
  const { onViewer, onSessionEnded } = props;
  useEffect(() => {
    if (known) onViewer();
  }, [known, onViewer]);
  useEffect(() => (known ? keepSession(onSessionEnded) : undefined), [known, onSessionEnded]);

  if (data) {
    return (
      <Shell onSignedOut={props.onSignedOut} viewer={data.viewer}>
        <Suspense
          fallback={
            <Page title="Fieldsync">
              <LoadingRows label="Loading the page" />
            </Page>
          }
        >
          <RoutedPage />
        </Suspense>
      </Shell>
    );
  }
  if (error && !isNotSignedIn(error)) {
    return (
      <Page title="Fieldsync">
        <ErrorState
          message={errorMessage(error)}
          onRetry={() => refetch({ requestPolicy: "network-only" })}
          title="Fieldsync could not be loaded"
        />
      </Page>
    );
  }
  return (
    <Page title="Fieldsync">
      <LoadingRows label="Loading Fieldsync" />
    </Page>
  );
}

function RoutedPage() {
  const path = usePath();
  const route = matchRoute(path);
  useEffect(() => {
    if (path === "/") navigate("/directions/contact", "replace");
  }, [path]);

  switch (route.page) {
    case "directions":
      return <DirectionsPage kind={route.kind} />;
    case "versions":
      return <VersionsPage />;
    case "runs":
      return <RunsPage />;
    case "run":
      return <RunPage id={route.id} key={route.id} />;
    case "mailboxes":
      return <MailboxesPage />;
    case "attention":
      return <AttentionPage tab={route.tab} />;
    case "account":
      return <AccountPage />;
    case "security":
      return <SecurityPage id={route.id} tab={route.tab} />;
    case "deletions":
      return <DeletionsPage kind={route.kind} tab={route.tab} />;
    case "scope":
      return <ScopePage kind={route.kind} tab={route.tab} />;
    case "contacts":
      return <ContactsPage id={route.id} />;
    case "not-found":
      return (
        <Page title="Page not found">
          <EmptyState action={<Link to="/directions/contact">Go to the directions</Link>} title="There is no such page">
            The address may be mistyped, or the page has moved.
          </EmptyState>
        </Page>
      );
  }
}
