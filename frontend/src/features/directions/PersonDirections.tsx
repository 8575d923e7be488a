import {
  Button,
  Field,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
} from "@fluentui/react-components";
import { useMemo, useState } from "react";
import { useQuery } from "urql";
import { graphql } from "../../gql";
import type { RecordKind } from "../../gql/graphql";
import { kindTitle } from "../../lib/kinds";
import { navigate } from "../../lib/location";
import { type MappingFilter, NO_FILTER } from "../../lib/mappingFilter";
import { directionsPath } from "../../lib/routes";
import { errorMessage } from "../../lib/serverErrors";
import { HintProvider } from "../../ui/Hint";
import { Link } from "../../ui/Link";
import { Page } from "../../ui/Page";
import { EmptyState, ErrorState, LoadingRows } from "../../ui/PageStates";
import { PrincipalPicker } from "../../ui/PrincipalPicker";
import { useKept } from "../../ui/useKept";
import { ExplainPanel } from "./ExplainPanel";
import { GridToolbar } from "./GridToolbar";
import { KindTabs } from "./KindTabs";
import { MappingGrid } from "./MappingGrid";
import type { GridView } from "./MappingRow";

const PersonDirectionsQuery = graphql(`
  query PersonDirections($personId: ID!) {
    viewer {
      canAdminister
    }
    node(id: $personId) {
      id
      ... on Principal {
        name
        kind
        rights {
          profile {
            id
            name
            isDefault
            mappings {
              id
              kind
              ...KindTabs_mapping
              ...MappingGrid_mapping
              theirs: effective(principalId: $personId) {
                ...MappingRow_effective
              }
            }
          }
        }
      }
    }
  }
`);

const useStyles = makeStyles({
  picker: { minWidth: 0, maxWidth: "320px", "@media (max-width: 640px)": { maxWidth: "none" } },
  control: { minWidth: 0, width: "100%" },
});

interface PersonDirectionsProps {
  kind: RecordKind;
  personId: string;
}

/** What one person gets: the profile that holds for them, and what their rights leave of it. Nothing is changed here. */
export function PersonDirections(props: PersonDirectionsProps) {
  const styles = useStyles();
  const [{ data: latest, error }, refetch] = useQuery({
    query: PersonDirectionsQuery,
    variables: { personId: props.personId },
  });
  const data = useKept(latest);
  const [filter, setFilter] = useState<MappingFilter>(NO_FILTER);
  const [explained, setExplained] = useState<string | null>(null);

  const person = data?.node && "name" in data.node ? data.node : null;
  const profile = person?.rights?.profile;
  const canAdminister = data?.viewer.canAdminister ?? false;
  const name = person?.name ?? "";
  const mappings = profile?.mappings;
  const rows = useMemo(() => mappings?.filter((one) => one.kind === props.kind) ?? [], [mappings, props.kind]);
  const effective = useMemo(() => new Map(mappings?.map((one) => [one.id, one.theirs])), [mappings]);
  const view = useMemo<GridView>(
    () => ({ readOnly: true, person: name, canAdminister, explain: setExplained }),
    [name, canAdminister],
  );
  const back = directionsPath(props.kind);

  return (
    <Page
      lead="What one person gets: the profile that holds for them, and what their rights leave of it."
      title="Directions"
    >
      {person && profile ? (
        <HintProvider>
          <MessageBar intent="info" layout="multiline">
            <MessageBarBody>
              <MessageBarTitle>You see what {name} gets</MessageBarTitle>
              {profile.isDefault ? "The default profile holds." : `The profile ${profile.name} holds.`} Nothing can be
              changed from here.
            </MessageBarBody>
            <MessageBarActions>
              <Button onClick={() => navigate(back)}>Back to the profiles</Button>
            </MessageBarActions>
          </MessageBar>
          {canAdminister && (
            <Field className={styles.picker} label="View as">
              <PrincipalPicker
                className={styles.control}
                kind="USER"
                label="View as"
                onPick={(other) => navigate(directionsPath(props.kind, { profile: null, as: other.id }))}
                picked={person}
              />
            </Field>
          )}
          <KindTabs kind={props.kind} mappings={profile.mappings} subject={{ profile: null, as: props.personId }} />
          <GridToolbar canEdit={false} filter={filter} onFilter={setFilter} />
          <MappingGrid
            changes={null}
            effective={effective}
            filter={filter}
            kind={props.kind}
            mappings={rows}
            onClearFilter={() => setFilter(NO_FILTER)}
            view={view}
          />
          {explained && (
            <ExplainPanel
              canAdminister={canAdminister}
              mappingId={explained}
              onClose={() => setExplained(null)}
              person={name}
              principalId={props.personId}
            />
          )}
        </HintProvider>
      ) : error ? (
        <ErrorState
          message={errorMessage(error)}
          onRetry={() => refetch({ requestPolicy: "network-only" })}
          title="The directions could not be loaded"
        />
      ) : !data ? (
        <LoadingRows height={44} label={`Loading the directions for ${kindTitle(props.kind).toLowerCase()}`} />
      ) : person ? (
        <EmptyState action={<Link to={back}>See your own directions</Link>} title="This is for administrators">
          Only an administrator sees what {name} gets.
        </EmptyState>
      ) : (
        <EmptyState action={<Link to={back}>See the profiles</Link>} title="There is no such person">
          The address may be mistyped, or the account is gone.
        </EmptyState>
      )}
    </Page>
  );
}
