import { MessageBar, MessageBarBody } from "@fluentui/react-components";
import { useEffect, useMemo, useState } from "react";
import { useQuery, useSubscription } from "urql";
import { graphql } from "../../gql";
import type { RecordKind } from "../../gql/graphql";
import { kindTitle } from "../../lib/kinds";
import { type MappingFilter, NO_FILTER } from "../../lib/mappingFilter";
import { errorMessage } from "../../lib/serverErrors";
import { HintProvider } from "../../ui/Hint";
import { Page } from "../../ui/Page";
import { EmptyState, ErrorState, LoadingRows } from "../../ui/PageStates";
import { useKept } from "../../ui/useKept";
import { useConnection } from "../../ui/useStores";
import { DraftBar } from "./DraftBar";
import { GridToolbar } from "./GridToolbar";
import { KindTabs } from "./KindTabs";
import { MappingGrid } from "./MappingGrid";

const DirectionsPageQuery = graphql(`
  query DirectionsPage {
    profiles {
      id
      isDefault
      viewerCanEdit
      published {
        id
        number
      }
      ...DraftBar_profile
    }
    mappings {
      id
      kind
      ...KindTabs_mapping
      ...MappingGrid_mapping
    }
  }
`);

// All mappings, not only the draft's: a row that went back to its published direction must change here too.
const MappingsChangedSubscription = graphql(`
  subscription MappingsChanged {
    mappingsChanged {
      id
      revision
      ...DraftBar_profile
      mappings {
        id
        ...MappingGrid_mapping
      }
    }
  }
`);

export default function DirectionsPage(props: { kind: RecordKind }) {
  const [{ data: latest, error, fetching }, refetch] = useQuery({ query: DirectionsPageQuery });
  const data = useKept(latest);
  const [filter, setFilter] = useState<MappingFilter>(NO_FILTER);
  useSubscription({ query: MappingsChangedSubscription });

  const { epoch } = useConnection();
  useEffect(() => {
    // Whatever changed while the socket was down was not announced to us.
    if (epoch > 0) refetch({ requestPolicy: "network-only" });
  }, [epoch, refetch]);

  const profile = data?.profiles.find((one) => one.isDefault) ?? data?.profiles[0];
  const rows = useMemo(() => data?.mappings.filter((mapping) => mapping.kind === props.kind) ?? [], [data, props.kind]);

  const retry = () => refetch({ requestPolicy: "network-only" });
  const lead = (
    <>
      Set field by field which way data travels. Outlook is on the left, CRM on the right; the arrow points at the side
      that is written.{profile && ` Version ${profile.published.number} is in force.`}
    </>
  );

  return (
    <Page lead={lead} title="Directions">
      {profile && !profile.viewerCanEdit && (
        <MessageBar intent="info" layout="multiline">
          <MessageBarBody>You can see these settings; only an administrator changes them.</MessageBarBody>
        </MessageBar>
      )}
      {error && data && (
        <MessageBar intent="warning" role="status">
          <MessageBarBody>{errorMessage(error)} What you see may be old.</MessageBarBody>
        </MessageBar>
      )}
      {data && profile ? (
        <HintProvider>
          <KindTabs kind={props.kind} mappings={data.mappings} />
          <GridToolbar canEdit={profile.viewerCanEdit} filter={filter} onFilter={setFilter} />
          <MappingGrid
            filter={filter}
            kind={props.kind}
            mappings={rows}
            onClearFilter={() => setFilter(NO_FILTER)}
            onRefetch={retry}
          />
          {profile.viewerCanEdit && <DraftBar onStale={retry} profile={profile} />}
        </HintProvider>
      ) : error ? (
        <ErrorState message={errorMessage(error)} onRetry={retry} title="The directions could not be loaded" />
      ) : fetching || !data ? (
        <LoadingRows height={44} label={`Loading the directions for ${kindTitle(props.kind).toLowerCase()}`} />
      ) : (
        <EmptyState title="No profile yet">The server holds no set of directions.</EmptyState>
      )}
    </Page>
  );
}
