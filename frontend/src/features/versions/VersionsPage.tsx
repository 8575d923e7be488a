import { Dropdown, Field, Option } from "@fluentui/react-components";
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
import { VersionList } from "./VersionList";

const VersionsPageQuery = graphql(`
  query VersionsPage {
    profiles {
      id
      name
      isDefault
      ...VersionCard_profile
    }
  }
`);

export default function VersionsPage() {
  const [{ data: latest, error }, refetch] = useQuery({ query: VersionsPageQuery });
  const data = useKept(latest);
  const wanted = gridSubject(useSearch()).profile;
  const profiles = data?.profiles ?? [];
  const profile = profiles.find((one) => (wanted ? one.id === wanted : one.isDefault));
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
      ) : (
        <VersionList id={profile.id} key={profile.id} onStale={retry} profile={profile} />
      )}
    </Page>
  );
}
