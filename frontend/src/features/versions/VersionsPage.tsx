import { Button } from "@fluentui/react-components";
import { useState } from "react";
import { useQuery } from "urql";
import { graphql } from "../../gql";
import { errorMessage } from "../../lib/serverErrors";
import { Page } from "../../ui/Page";
import { EmptyState, ErrorState, LoadingRows } from "../../ui/PageStates";
import { useKept } from "../../ui/useKept";
import { VersionCard } from "./VersionCard";

const VersionsPageQuery = graphql(`
  query VersionsPage($first: Int!) {
    profiles {
      id
      isDefault
      versions(first: $first) {
        id
        ...VersionCard_version
      }
      ...VersionCard_profile
    }
  }
`);

const STEP = 20;

export default function VersionsPage() {
  const [first, setFirst] = useState(STEP);
  const [{ data: latest, error, fetching }, refetch] = useQuery({ query: VersionsPageQuery, variables: { first } });
  const data = useKept(latest);
  const profile = data?.profiles.find((one) => one.isDefault) ?? data?.profiles[0];
  const versions = profile?.versions ?? [];
  const retry = () => refetch({ requestPolicy: "network-only" });

  return (
    <Page
      lead="Every publication of the directions, newest first. An earlier version can be taken back into the draft."
      title="Versions"
    >
      {error && !data ? (
        <ErrorState message={errorMessage(error)} onRetry={retry} title="The versions could not be loaded" />
      ) : !data || !profile ? (
        <LoadingRows height={72} label="Loading the versions" rows={4} />
      ) : versions.length === 0 ? (
        <EmptyState title="Nothing has been published yet">
          The first publication of the directions shows here.
        </EmptyState>
      ) : (
        versions.map((version) => <VersionCard key={version.id} onStale={retry} profile={profile} version={version} />)
      )}
      {versions.length === first && (
        <Button disabled={fetching} onClick={() => setFirst(first + STEP)} style={{ alignSelf: "center" }}>
          Load more
        </Button>
      )}
    </Page>
  );
}
