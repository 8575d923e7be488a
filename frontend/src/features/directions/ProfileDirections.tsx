import { MessageBar, MessageBarBody } from "@fluentui/react-components";
import { useCallback, useEffect, useMemo, useState } from "react";
import { useQuery, useSubscription } from "urql";
import { graphql } from "../../gql";
import type { RecordKind } from "../../gql/graphql";
import { contradictionsByMapping } from "../../lib/contradictions";
import { kindTitle } from "../../lib/kinds";
import { navigate } from "../../lib/location";
import { type MappingFilter, NO_FILTER } from "../../lib/mappingFilter";
import { directionsPath } from "../../lib/routes";
import { errorMessage } from "../../lib/serverErrors";
import { HintProvider } from "../../ui/Hint";
import { Link } from "../../ui/Link";
import { Page } from "../../ui/Page";
import { EmptyState, ErrorState, LoadingRows } from "../../ui/PageStates";
import { useKept } from "../../ui/useKept";
import { useConnection } from "../../ui/useStores";
import { ContradictionsBar } from "./ContradictionsBar";
import { DraftBar } from "./DraftBar";
import { ExplainPanel } from "./ExplainPanel";
import { GridToolbar } from "./GridToolbar";
import { KindTabs } from "./KindTabs";
import { MappingGrid } from "./MappingGrid";
import type { GridView } from "./MappingRow";
import { ProfileBar } from "./ProfileBar";
import { useContradictions } from "./useContradictions";
import { useDirectionChanges } from "./useDirectionChanges";

const DirectionsPageQuery = graphql(`
  query DirectionsPage($profileId: ID) {
    viewer {
      canAdminister
      principal {
        id
      }
      profile {
        id
        isDefault
      }
    }
    profiles {
      id
      name
      isDefault
      revision
      viewerCanEdit
      published {
        id
        number
      }
      ...DraftBar_profile
      ...ProfileBar_profile
    }
    mappings(profileId: $profileId) {
      id
      kind
      ...KindTabs_mapping
      ...MappingGrid_mapping
    }
  }
`);

// All mappings, not only the draft's: a row that went back to its published direction must change here too.
const MappingsChangedSubscription = graphql(`
  subscription MappingsChanged($profileId: ID) {
    mappingsChanged(profileId: $profileId) {
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

interface ProfileDirectionsProps {
  kind: RecordKind;
  /** Null for the default profile. */
  profileId: string | null;
}

/** The directions of one profile, to be changed by those who may. */
export function ProfileDirections(props: ProfileDirectionsProps) {
  const variables = { profileId: props.profileId ?? undefined };
  const [{ data: latest, error, fetching }, refetch] = useQuery({ query: DirectionsPageQuery, variables });
  const data = useKept(latest);
  const [filter, setFilter] = useState<MappingFilter>(NO_FILTER);
  const [explained, setExplained] = useState<string | null>(null);
  useSubscription({ query: MappingsChangedSubscription, variables });

  const { epoch } = useConnection();
  useEffect(() => {
    // Whatever changed while the socket was down was not announced to us.
    if (epoch > 0) refetch({ requestPolicy: "network-only" });
  }, [epoch, refetch]);

  const profile = data?.profiles.find((one) => (props.profileId ? one.id === props.profileId : one.isDefault));
  const rows = useMemo(() => data?.mappings.filter((mapping) => mapping.kind === props.kind) ?? [], [data, props.kind]);
  const retry = useCallback(() => refetch({ requestPolicy: "network-only" }), [refetch]);
  const canAdminister = data?.viewer.canAdminister ?? false;
  const changes = useDirectionChanges(props.profileId, retry);
  const compares = profile !== undefined && canAdminister && profile.viewerCanEdit;
  const found = useContradictions(profile?.id ?? "", profile?.revision ?? 0, compares);
  const warnings = useMemo(() => contradictionsByMapping(found.contradictions), [found.contradictions]);
  const view = useMemo<GridView>(
    () => ({ readOnly: false, person: null, canAdminister, explain: setExplained }),
    [canAdminister],
  );

  // A reader sees the profile that holds for them, and can send its address to somebody.
  const own = data && !canAdminister && !data.viewer.profile.isDefault ? data.viewer.profile.id : null;
  const elsewhere = props.profileId === null ? own : null;
  useEffect(() => {
    if (elsewhere) navigate(directionsPath(props.kind, { profile: elsewhere, as: null }), "replace");
  }, [elsewhere, props.kind]);

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
          <MessageBarBody>
            You can see these settings; only an administrator changes them.
            {!profile.isDefault && ` They are those of the profile ${profile.name}, which holds for you.`}
          </MessageBarBody>
        </MessageBar>
      )}
      {error && data && (
        <MessageBar intent="warning" role="status">
          <MessageBarBody>{errorMessage(error)} What you see may be old.</MessageBarBody>
        </MessageBar>
      )}
      {data && profile && !elsewhere ? (
        <HintProvider>
          {canAdminister && (
            <ProfileBar kind={props.kind} onStale={retry} profileId={profile.id} profiles={data.profiles} />
          )}
          {compares && <ContradictionsBar changes={changes} found={found} />}
          <KindTabs kind={props.kind} mappings={data.mappings} subject={{ profile: props.profileId, as: null }} />
          <GridToolbar canEdit={profile.viewerCanEdit} filter={filter} onFilter={setFilter} />
          <MappingGrid
            changes={changes}
            filter={filter}
            kind={props.kind}
            mappings={rows}
            onClearFilter={() => setFilter(NO_FILTER)}
            view={view}
            warnings={warnings}
          />
          {profile.viewerCanEdit && <DraftBar onStale={retry} profile={profile} />}
          {explained && (
            <ExplainPanel
              canAdminister={canAdminister}
              mappingId={explained}
              onClose={() => setExplained(null)}
              person={null}
              principalId={data.viewer.principal.id}
            />
          )}
        </HintProvider>
      ) : error ? (
        <ErrorState message={errorMessage(error)} onRetry={retry} title="The directions could not be loaded" />
      ) : fetching || !data || elsewhere ? (
        <LoadingRows height={44} label={`Loading the directions for ${kindTitle(props.kind).toLowerCase()}`} />
      ) : props.profileId ? (
        <EmptyState
          action={<Link to={directionsPath(props.kind)}>See the default profile</Link>}
          title="There is no such profile"
        >
          It may have been deleted meanwhile.
        </EmptyState>
      ) : (
        <EmptyState title="No profile yet">The server holds no set of directions.</EmptyState>
      )}
    </Page>
  );
}
