import { Button, Field, makeStyles, Select } from "@fluentui/react-components";
import { Add20Regular } from "@fluentui/react-icons";
import { useState } from "react";
import { useQuery } from "urql";
import { graphql } from "../../gql";
import type { FilterScope, RecordKind } from "../../gql/graphql";
import { KINDS, kindTitle } from "../../lib/kinds";
import { navigate } from "../../lib/location";
import { scopePath } from "../../lib/routes";
import { errorMessage } from "../../lib/serverErrors";
import { ErrorState, LoadingRows } from "../../ui/PageStates";
import { Section } from "../../ui/Section";
import { useKept } from "../../ui/useKept";
import { FilterDialog } from "./FilterDialog";
import { FilterList } from "./FilterList";
import { TemplatesDialog } from "./TemplatesDialog";

const FiltersTabQuery = graphql(`
  query FiltersTab($kind: RecordKind!) {
    viewer {
      canAdminister
      principal {
        id
        name
        userName
        kind
      }
    }
    syncFilters(kind: $kind) {
      id
      scope
      isActive
      principal {
        id
      }
      ...FilterList_filter
    }
    syncFilterColumns(kind: $kind) {
      attribute
      label
      type
      operators
    }
  }
`);

const useStyles = makeStyles({
  kind: { maxWidth: "320px", "@media (max-width: 640px)": { maxWidth: "none" } },
});

/** The filters of one kind, by whose they are. */
export function FiltersTab(props: { kind: RecordKind }) {
  const styles = useStyles();
  const [{ data: latest, error }, refetch] = useQuery({ query: FiltersTabQuery, variables: { kind: props.kind } });
  const data = useKept(latest);
  const [making, setMaking] = useState<FilterScope | null>(null);
  const [comparing, setComparing] = useState(false);
  const reload = () => refetch({ requestPolicy: "network-only" });
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
  if (!data) {
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

  const { canAdminister, principal: me } = data.viewer;
  const of = (scope: FilterScope) => data.syncFilters.filter((one) => one.scope === scope);
  const users = of("USER");
  const mine = users.filter((one) => one.principal?.id === me.id);
  const others = users.filter((one) => one.principal?.id !== me.id);
  const shared = { columns: data.syncFilterColumns, kind: props.kind, me, canAdminister, onStale: reload };
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
        <FilterList {...shared} empty={`You have no filter for ${title}.`} filters={mine} label="My filters" />
      </Section>
      <Section
        actions={canAdminister && add("ORGANIZATION", "New filter of the organization")}
        lead="They hold for every mailbox, as far as its owner may read the records."
        title="Filters of the organization"
      >
        <FilterList
          {...shared}
          empty={`The organization has no filter for ${title}.`}
          filters={of("ORGANIZATION")}
          label="Filters of the organization"
        />
      </Section>
      {canAdminister && (
        <>
          <Section
            actions={
              <>
                <Button
                  disabled={!of("TEMPLATE").some((one) => one.isActive)}
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
              filters={of("TEMPLATE")}
              label="Templates"
            />
          </Section>
          <Section lead="What other people set for their own mailboxes." title="Filters of other people">
            <FilterList
              {...shared}
              empty={`Nobody else has a filter for ${title}.`}
              filters={others}
              label="Filters of other people"
            />
          </Section>
        </>
      )}
      {making && <FilterDialog {...shared} filter={null} onClose={() => setMaking(null)} scope={making} />}
      {comparing && (
        <TemplatesDialog
          onClose={() => setComparing(false)}
          templateIds={of("TEMPLATE")
            .filter((one) => one.isActive)
            .map((one) => one.id)}
        />
      )}
    </>
  );
}
