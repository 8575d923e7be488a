import { Button, Field, makeStyles, Select } from "@fluentui/react-components";
import { Add20Regular } from "@fluentui/react-icons";
import { useState } from "react";
import { useQuery } from "urql";
import { graphql } from "../../gql";
import type { FilterScope, RecordKind } from "../../gql/graphql";
import { formatNumber } from "../../lib/format";
import { KINDS, kindTitle } from "../../lib/kinds";
import { navigate } from "../../lib/location";
import { scopePath } from "../../lib/routes";
import { errorMessage } from "../../lib/serverErrors";
import { LoadMore } from "../../ui/LoadMore";
import { ErrorState, LoadingRows } from "../../ui/PageStates";
import { Section } from "../../ui/Section";
import { useKept } from "../../ui/useKept";
import { FilterDialog } from "./FilterDialog";
import { FilterList } from "./FilterList";
import { TemplatesDialog } from "./TemplatesDialog";

const FiltersViewerQuery = graphql(`
  query FiltersViewer {
    viewer {
      canAdminister
      principal {
        id
        name
        userName
        kind
      }
    }
  }
`);

const FiltersTabQuery = graphql(`
  query FiltersTab($kind: RecordKind!, $principalId: ID!, $templates: Int!, $others: Int!) {
    mine: syncFilters(kind: $kind, scope: USER, principalId: $principalId, first: 20) {
      nodes {
        id
        ...FilterList_filter
      }
    }
    shared: syncFilters(kind: $kind, scope: ORGANIZATION, first: 20) {
      nodes {
        id
        ...FilterList_filter
      }
    }
    templates: syncFilters(kind: $kind, scope: TEMPLATE, first: $templates) {
      totalCount
      pageInfo {
        hasNextPage
      }
      nodes {
        id
        isActive
        ...FilterList_filter
      }
    }
    others: syncFilters(kind: $kind, scope: USER, filter: { principalId: { notEquals: $principalId } }, first: $others) {
      totalCount
      pageInfo {
        hasNextPage
      }
      nodes {
        id
        ...FilterList_filter
      }
    }
    syncFilterColumns(kind: $kind) {
      attribute
      label
      type
      operators
    }
  }
`);

const STEP = 50;

const useStyles = makeStyles({
  kind: { maxWidth: "320px", "@media (max-width: 640px)": { maxWidth: "none" } },
});

/** The filters of one kind, by whose they are. */
export function FiltersTab(props: { kind: RecordKind }) {
  const styles = useStyles();
  const [sizes, setSizes] = useState({ templates: STEP, others: STEP });
  const [viewing, lookAgain] = useQuery({ query: FiltersViewerQuery });
  const viewer = useKept(viewing.data)?.viewer;
  const me = viewer?.principal.id ?? "";
  const variables = { kind: props.kind, principalId: me, ...sizes };
  const [{ data: latest, fetching, ...listing }, refetch] = useQuery({
    query: FiltersTabQuery,
    variables,
    pause: !viewer,
  });
  const data = useKept(latest);
  const error = viewing.error ?? listing.error;
  const [making, setMaking] = useState<FilterScope | null>(null);
  const [comparing, setComparing] = useState(false);
  const reload = () => (viewer ? refetch : lookAgain)({ requestPolicy: "network-only" });
  const title = kindTitle(props.kind).toLowerCase();

  const select = (
    <Field className={styles.kind} label="Kind">
      <Select onChange={(_, change) => navigate(scopePath("filters", change.value as RecordKind))} value={props.kind}>
        {KINDS.map(({ kind }) => (
          <option key={kind} value={kind}>
            {kindTitle(kind)}
          </option>
        ))}
      </Select>
    </Field>
  );
  if (!viewer || !data) {
    return (
      <>
        {select}
        {error ? (
          <ErrorState message={errorMessage(error)} onRetry={reload} title="The filters could not be loaded" />
        ) : (
          <LoadingRows height={72} label="Loading the filters" rows={4} />
        )}
      </>
    );
  }

  const { canAdminister, principal } = viewer;
  const { mine, others } = data;
  const templates = data.templates.nodes;
  const shared = { columns: data.syncFilterColumns, kind: props.kind, me: principal, canAdminister, onStale: reload };
  const more = (which: keyof typeof sizes) => (
    <LoadMore
      busy={fetching}
      first={sizes[which]}
      hasMore={data[which].pageInfo.hasNextPage}
      left={formatNumber(data[which].totalCount - data[which].nodes.length)}
      onMore={(size) => setSizes({ ...sizes, [which]: size })}
      step={STEP}
    />
  );
  const add = (scope: FilterScope, words: string) => (
    <Button icon={<Add20Regular />} onClick={() => setMaking(scope)}>
      {words}
    </Button>
  );

  return (
    <>
      {select}
      <Section
        actions={add("USER", "New filter")}
        lead={`Which ${title} go to your own mailboxes, together with the filters of the organization.`}
        title="My filters"
      >
        <FilterList {...shared} empty={`You have no filter for ${title}.`} filters={mine.nodes} label="My filters" />
      </Section>
      <Section
        actions={canAdminister && add("ORGANIZATION", "New filter of the organization")}
        lead="They hold for every mailbox, as far as its owner may read the records."
        title="Filters of the organization"
      >
        <FilterList
          {...shared}
          empty={`The organization has no filter for ${title}.`}
          filters={data.shared.nodes}
          label="Filters of the organization"
        />
      </Section>
      {canAdminister && (
        <>
          <Section
            actions={
              <>
                <Button
                  disabled={!templates.some((one) => one.isActive)}
                  onClick={() => setComparing(true)}
                  title="Whose copies differ from the templates, with the way to bring them up to date"
                >
                  Compare copies
                </Button>
                {add("TEMPLATE", "New template")}
              </>
            }
            lead="Everybody who gets a first mailbox gets a copy. Later changes reach nobody by themselves."
            title="Templates"
          >
            <FilterList
              {...shared}
              empty={`There is no template for ${title}: new mailboxes begin without any.`}
              filters={templates}
              label="Templates"
            />
            {more("templates")}
          </Section>
          <Section lead="What other people set for their own mailboxes." title="Filters of other people">
            <FilterList
              {...shared}
              empty={`Nobody else has a filter for ${title}.`}
              filters={others.nodes}
              label="Filters of other people"
            />
            {more("others")}
          </Section>
        </>
      )}
      {making && <FilterDialog {...shared} filter={null} onClose={() => setMaking(null)} scope={making} />}
      {comparing && (
        <TemplatesDialog
          onClose={() => setComparing(false)}
          templateIds={templates.filter((one) => one.isActive).map((one) => one.id)}
        />
      )}
    </>
  );
}
