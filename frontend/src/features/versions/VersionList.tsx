import { useState } from "react";
import { useQuery } from "urql";
import { type FragmentType, graphql } from "../../gql";
import { countOf } from "../../lib/format";
import { errorMessage } from "../../lib/serverErrors";
import { LoadMore } from "../../ui/LoadMore";
import { EmptyState, ErrorState, LoadingRows } from "../../ui/PageStates";
import { useKept } from "../../ui/useKept";
import { VersionCard, type VersionCard_profile } from "./VersionCard";

const VersionListQuery = graphql(`
  query VersionList($id: ID!, $first: Int!) {
    node(id: $id) {
      id
      ... on Profile {
        versions(first: $first) {
          totalCount
          pageInfo {
            hasNextPage
          }
          nodes {
            id
            ...VersionCard_version
          }
        }
      }
    }
  }
`);

const STEP = 20;

interface VersionListProps {
  id: string;
  profile: FragmentType<typeof VersionCard_profile>;
  onStale: () => void;
}

/** The versions of one profile, newest first. */
export function VersionList(props: VersionListProps) {
  const [first, setFirst] = useState(STEP);
  const variables = { id: props.id, first };
  const [{ data: latest, error, fetching }, refetch] = useQuery({ query: VersionListQuery, variables });
  const node = useKept(latest)?.node;
  const versions = node && "versions" in node ? node.versions : undefined;

  if (!versions) {
    return error ? (
      <ErrorState
        message={errorMessage(error)}
        onRetry={() => refetch({ requestPolicy: "network-only" })}
        title="The versions could not be loaded"
      />
    ) : (
      <LoadingRows height={72} label="Loading the versions" rows={4} />
    );
  }
  if (versions.nodes.length === 0) {
    return (
      <EmptyState title="Nothing has been published yet">
        The first publication of the directions shows here.
      </EmptyState>
    );
  }
  return (
    <>
      {versions.nodes.map((version) => (
        <VersionCard key={version.id} onStale={props.onStale} profile={props.profile} version={version} />
      ))}
      <LoadMore
        busy={fetching}
        first={first}
        hasMore={versions.pageInfo.hasNextPage}
        left={countOf(versions.totalCount - versions.nodes.length, "older version")}
        onMore={setFirst}
        step={STEP}
      />
    </>
  );
}
