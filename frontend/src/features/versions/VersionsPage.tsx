import { Button, Dropdown, Field, Option } from "@fluentui/react-components";
import { useState } from "react";
import { useQuery } from "urql";
import { graphql } from "../../gql";
import { navigate } from "../../lib/location";
import { gridSubject, versionsPath } from "../../lib/routes";
import { errorMessage } from "../../lib/serverErrors";
import { Link } from "../../ui/Link";
import { Page } from "../../ui/Page";
import { EmptyState, ErrorState, LoadingRows } from "../../ui/PageStates";
import { useKept } from "../../ui/useKept";
import { useSearch } from "../../ui/useStores";
import { VersionCard } from "./VersionCard";

const VersionsPageQuery = graphql(`
  query VersionsPage($first: Int!) {
    profiles {
      id
      name
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
  const wanted = gridSubject(useSearch()).profile;
  const profiles = data?.profiles ?? [];
  const profile = profiles.find((one) => (wanted ? one.id === wanted : one.isDefault));
  const versions = profile?.versions ?? [];
  const retry = () => refetch({ requestPolicy: "network-only" });

  return (
    <Page
      lead="Every publication of the directions, newest first. An earlier version can be taken back into the draft."
      title="Versions"
    >
      {profile && profiles.length > 1 && (
        <Field label="Profile" style={{ maxWidth: 320 }}>
          <Dropdown
            onOptionSelect={(_, { optionValue }) => {
              const chosen = profiles.find((one) => one.id === optionValue);
              if (chosen) navigate(versionsPath(chosen.isDefault ? null : chosen.id));
            }}
            selectedOptions={[profile.id]}
            style={{ minWidth: 0 }}
            value={profile.name}
          >
            {profiles.map((one) => (
              <Option key={one.id} value={one.id}>
                {one.name}
              </Option>
            ))}
          </Dropdown>
        </Field>
      )}
      {error && !data ? (
        <ErrorState message={errorMessage(error)} onRetry={retry} title="The versions could not be loaded" />
      ) : !data ? (
        <LoadingRows height={72} label="Loading the versions" rows={4} />
      ) : !profile ? (
        <EmptyState
          action={<Link to={versionsPath(null)}>See the versions of the default profile</Link>}
          title="There is no such profile"
        >
          It may have been deleted meanwhile.
        </EmptyState>
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
