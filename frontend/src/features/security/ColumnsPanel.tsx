import { Button, makeStyles, mergeClasses, SearchBox, Select, ToggleButton, tokens } from "@fluentui/react-components";
import { useState } from "react";
import { useMutation, useQuery } from "urql";
import { type FragmentType, graphql, readFragment } from "../../gql";
import type { RecordKind } from "../../gql/graphql";
import { type ColumnFilter, columnNames, filterColumns } from "../../lib/columnFilter";
import {
  EMPTY_FIELD_DRAFT,
  FIELD_RIGHTS,
  type FieldRight,
  fieldRightTitle,
  openFieldWishes,
  rightsOf,
  rightsWords,
  shownRights,
  somebodyReads,
  turnRight,
  wishRights,
} from "../../lib/fieldRights";
import { countOf } from "../../lib/format";
import { KINDS, kindTitle } from "../../lib/kinds";
import { errorMessage } from "../../lib/serverErrors";
import { EmptyState, ErrorState, LoadingRows } from "../../ui/PageStates";
import { SaveBar } from "../../ui/SaveBar";
import { Section } from "../../ui/Section";
import { useNotify } from "../../ui/useNotify";
import { ColumnRow } from "./ColumnRow";
import { useFieldDrafts } from "./drafts";
import { ReleaseDialog, SecureDialog } from "./SecureDialogs";

const ColumnsPanel_fieldProfile = graphql(`
  fragment ColumnsPanel_fieldProfile on FieldProfile {
    id
    name
    revision
    members(first: 12) {
      totalCount
    }
    permissions {
      kind
      attribute
      read
      readUnmasked
      create
      update
    }
  }
`);

const ColumnsPanelQuery = graphql(`
  query ColumnsPanel($kind: RecordKind!) {
    columns(kind: $kind) {
      kind
      attribute
      label
      canBeSecured
      secured
      ...ColumnRow_column
      ...SecureDialogs_column
    }
  }
`);

const FieldProfileUpdateMutation = graphql(`
  mutation FieldProfileUpdate($input: FieldProfileUpdateInput!) {
    fieldProfileUpdate(input: $input) {
      fieldProfile {
        id
        ...FieldProfilePanel_fieldProfile
        ...ColumnsPanel_fieldProfile
      }
      errors {
        code
        message
      }
    }
  }
`);

const PHONE = "@media (max-width: 640px)";

const useStyles = makeStyles({
  bar: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: tokens.spacingHorizontalM },
  search: { flex: "1 1 180px", minWidth: 0, maxWidth: "300px", [PHONE]: { maxWidth: "none" } },
  chip: {
    minWidth: 0,
    paddingInline: tokens.spacingHorizontalM,
    borderRadius: tokens.borderRadiusCircular,
    fontWeight: tokens.fontWeightRegular,
  },
  table: { width: "100%", borderCollapse: "collapse", tableLayout: "fixed", [PHONE]: { display: "block" } },
  head: {
    padding: `${tokens.spacingVerticalS} 0`,
    fontSize: tokens.fontSizeBase200,
    fontWeight: tokens.fontWeightSemibold,
    textAlign: "center",
    color: tokens.colorNeutralForeground3,
    width: "72px",
  },
  first: { textAlign: "left", width: "auto" },
  // On a phone each toggle carries its own title.
  titles: { [PHONE]: { display: "none" } },
  body: { [PHONE]: { display: "block" } },
});

const NO_FILTER: ColumnFilter = { search: "", securedOnly: false, never: false };

interface ColumnsPanelProps {
  kind: RecordKind;
  onKind: (kind: RecordKind) => void;
  fieldProfiles: readonly FragmentType<typeof ColumnsPanel_fieldProfile>[];
  /** The field profile that is edited. */
  edited: string | null;
  onReload: () => void;
}

/** The columns of a kind: which are secured, and what the chosen field profile allows on each. */
export function ColumnsPanel(props: ColumnsPanelProps) {
  const styles = useStyles();
  const { kind } = props;
  const profiles = readFragment(ColumnsPanel_fieldProfile, props.fieldProfiles);
  const profile = profiles.find((one) => one.id === props.edited) ?? null;
  const [{ data, error }, refetch] = useQuery({ query: ColumnsPanelQuery, variables: { kind } });
  const [filter, setFilter] = useState(NO_FILTER);
  const [asking, setAsking] = useState<{ what: "secure" | "release"; attribute: string } | null>(null);
  const [staleAt, setStaleAt] = useState<{ id: string; revision: number } | null>(null);
  const [{ fetching }, update] = useMutation(FieldProfileUpdateMutation);
  const { drafts, setDraft } = useFieldDrafts();
  const notify = useNotify();

  const draft = (profile && drafts.get(profile.id)) ?? EMPTY_FIELD_DRAFT;
  const stale = staleAt !== null && staleAt.id === profile?.id && staleAt.revision === profile.revision;
  const wishes = profile ? openFieldWishes(draft, profile.permissions) : [];
  const turn = (attribute: string, right: FieldRight) => {
    if (!profile) return;
    const rights = turnRight(shownRights(draft, profile.permissions, kind, attribute), right);
    setDraft(profile.id, wishRights(draft, profile.permissions, { kind, attribute, ...rights }));
  };

  const save = async () => {
    if (!profile) return;
    const input = { fieldProfileId: profile.id, permissions: wishes, expectedRevision: profile.revision };
    const { data: answer, error: failure } = await update({ input });
    const refusal = answer?.fieldProfileUpdate.errors[0];
    if (refusal?.code === "STALE_REVISION") {
      setStaleAt({ id: profile.id, revision: profile.revision });
      return;
    }
    const problem = failure ? errorMessage(failure) : refusal?.message;
    if (problem) {
      notify({ intent: "error", title: `${profile.name} was not saved`, body: problem });
      return;
    }
    setDraft(profile.id, EMPTY_FIELD_DRAFT);
    notify({
      intent: "success",
      title: `${profile.name} was saved`,
      body: `${countOf(wishes.length, "field")} changed.`,
    });
  };

  const others = (attribute: string): string | null => {
    const lines = profiles
      .filter((one) => one.id !== profile?.id)
      .map((one) => ({ name: one.name, words: rightsWords(rightsOf(one.permissions, kind, attribute)) }))
      .filter((one) => one.words !== null)
      .map((one) => `${one.name} (${one.words})`);
    if (lines.length === 0) return null;
    const rest = lines.length - FEW;
    return `${profile ? "Also " : ""}${lines.slice(0, FEW).join(", ")}${rest > 0 ? `, and ${rest} more` : ""}`;
  };

  const columns = data?.columns ?? [];
  const names = columnNames(columns);
  const shown = filterColumns(columns, filter);
  const never = columns.filter((one) => !one.canBeSecured).length;
  const asked = columns.find((one) => one.attribute === asking?.attribute);
  const plural = kindTitle(kind).toLowerCase();

  return (
    <>
      <Section
        lead={
          profile
            ? `The four rights are those of ${profile.name}; they count for secured fields only.`
            : "A field profile lets its members read and change secured fields."
        }
        title={`Fields of ${plural}`}
      >
        <div className={styles.bar}>
          <Select aria-label="Kind" onChange={(_, change) => props.onKind(change.value as RecordKind)} value={kind}>
            {KINDS.map((one) => (
              <option key={one.kind} value={one.kind}>
                {one.title}
              </option>
            ))}
          </Select>
          <SearchBox
            aria-label="Search fields"
            className={styles.search}
            onChange={(_, change) => setFilter({ ...filter, search: change.value })}
            placeholder="Search fields"
            value={filter.search}
          />
          <ToggleButton
            checked={filter.securedOnly}
            className={styles.chip}
            onClick={() => setFilter({ ...filter, securedOnly: !filter.securedOnly })}
          >
            Only secured
          </ToggleButton>
          {never > 0 && (
            <ToggleButton
              checked={filter.never}
              className={styles.chip}
              onClick={() => setFilter({ ...filter, never: !filter.never })}
            >
              {`Never securable (${never})`}
            </ToggleButton>
          )}
        </div>
        {!data ? (
          error ? (
            <ErrorState
              message={errorMessage(error)}
              onRetry={() => refetch({ requestPolicy: "network-only" })}
              title="The fields could not be loaded"
            />
          ) : (
            <LoadingRows height={44} label="Loading the fields" />
          )
        ) : shown.length === 0 ? (
          <EmptyState action={<Button onClick={() => setFilter(NO_FILTER)}>Clear the filters</Button>} title="No field">
            None of the {columns.length} fields of {plural} fits the search and the filters.
          </EmptyState>
        ) : (
          <table aria-label={`Field security of ${plural}`} className={styles.table}>
            <thead className={styles.titles}>
              <tr>
                <th className={mergeClasses(styles.head, styles.first)} scope="col">
                  Field
                </th>
                <th className={styles.head} scope="col">
                  Secured
                </th>
                {profile &&
                  FIELD_RIGHTS.map((right) => (
                    <th className={styles.head} key={right} scope="col">
                      {fieldRightTitle(right)}
                    </th>
                  ))}
              </tr>
            </thead>
            <tbody className={styles.body}>
              {shown.map((column) => (
                <ColumnRow
                  column={column}
                  key={column.attribute}
                  name={names.get(column.attribute) ?? column.label}
                  onRelease={() => setAsking({ what: "release", attribute: column.attribute })}
                  onSecure={() => setAsking({ what: "secure", attribute: column.attribute })}
                  onTurn={(right) => turn(column.attribute, right)}
                  others={others(column.attribute)}
                  rights={
                    profile && {
                      saved: rightsOf(profile.permissions, kind, column.attribute),
                      shown: shownRights(draft, profile.permissions, kind, column.attribute),
                    }
                  }
                />
              ))}
            </tbody>
          </table>
        )}
      </Section>
      {profile && (
        <SaveBar
          busy={fetching}
          count={wishes.length}
          name={profile.name}
          onDiscard={() => {
            setDraft(profile.id, EMPTY_FIELD_DRAFT);
            if (stale) props.onReload();
          }}
          onReload={props.onReload}
          onSave={() => void save()}
          stale={stale}
        />
      )}
      {asked && asking?.what === "secure" && (
        <SecureDialog
          column={asked}
          name={names.get(asked.attribute) ?? asked.label}
          onClose={() => setAsking(null)}
          somebodyReads={somebodyReads(profiles, kind, asked.attribute)}
        />
      )}
      {asked && asking?.what === "release" && (
        <ReleaseDialog
          column={asked}
          name={names.get(asked.attribute) ?? asked.label}
          onClose={() => setAsking(null)}
        />
      )}
    </>
  );
}

/** How many other field profiles a row names. */
const FEW = 3;
