import { Button, makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { type KeyboardEvent, useEffect, useMemo } from "react";
import { type FragmentType, graphql, readFragment } from "../../gql";
import type { ConflictPolicy, Direction, RecordKind } from "../../gql/graphql";
import type { Wish } from "../../lib/directionQueue";
import { kindTitle } from "../../lib/kinds";
import { filterMappings, isFiltering, type MappingFilter } from "../../lib/mappingFilter";
import { EmptyState } from "../../ui/PageStates";
import { type GridView, MappingRow, type RowEffective } from "./MappingRow";
import type { DirectionChanges } from "./useDirectionChanges";

const MappingGrid_mapping = graphql(`
  fragment MappingGrid_mapping on Mapping {
    id
    outlookLabel
    crmLabel
    outlookProperties
    crmAttributes
    direction
    draftDirection
    conflictPolicy
    draftConflictPolicy
    revision
    viewerCanEdit
    ...MappingRow_mapping
  }
`);

const useStyles = makeStyles({
  frame: {
    borderRadius: tokens.borderRadiusXLarge,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground1,
    overflow: "clip",
  },
  table: {
    width: "100%",
    borderCollapse: "collapse",
    tableLayout: "fixed",
    "@media (max-width: 640px)": { display: "block" },
  },
  // A phone has room for three columns: what happens in a conflict stands below the CRM's label.
  body: { "@media (max-width: 640px)": { display: "block" } },
  titles: {
    "@media (max-width: 640px)": { display: "grid", gridTemplateColumns: "36% 76px minmax(0, 1fr)" },
  },
  head: {
    textAlign: "left",
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalL}`,
    fontSize: tokens.fontSizeBase200,
    fontWeight: tokens.fontWeightSemibold,
    color: tokens.colorNeutralForeground3,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    "@media (max-width: 640px)": { padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalM}` },
  },
  outlook: { width: "30%", "@media (max-width: 640px)": { width: "auto" } },
  arrow: {
    width: "96px",
    textAlign: "center",
    paddingInline: 0,
    "@media (max-width: 640px)": { width: "auto", paddingInline: 0 },
  },
  policy: { width: "132px", "@media (max-width: 640px)": { display: "none" } },
});

interface MappingGridProps {
  kind: RecordKind;
  mappings: readonly FragmentType<typeof MappingGrid_mapping>[];
  filter: MappingFilter;
  onClearFilter: () => void;
  view: GridView;
  /** How arrows are moved; null where nobody moves them. */
  changes: DirectionChanges | null;
  /** Whom a field cannot reach as set, by mapping. */
  warnings?: ReadonlyMap<string, string>;
  /** What somebody else gets, by mapping; the viewer's own directions when omitted. */
  effective?: ReadonlyMap<string, RowEffective>;
}

const NOBODY_ASKED: ReadonlyMap<string, Wish> = new Map();
const stay = () => undefined;

export function MappingGrid(props: MappingGridProps) {
  const styles = useStyles();
  const mappings = readFragment(MappingGrid_mapping, props.mappings);
  const { readOnly } = props.view;
  const pending = props.changes?.pending ?? NOBODY_ASKED;
  const learn = props.changes?.learn;

  useEffect(() => {
    if (learn) for (const mapping of mappings) learn(mapping);
  }, [mappings, learn]);

  // A reader sees what is in force, so a reader filters by that, never by somebody's draft.
  const shown = useMemo(
    () =>
      filterMappings(
        mappings.map((one) => ({
          ...one,
          ...drafted(one, one.viewerCanEdit && !readOnly ? (pending.get(one.id) ?? {}) : null),
          // The rows get what the server said, whole: its nextDirection belongs to its own draftDirection.
          asServed: one,
        })),
        props.filter,
      ).map((one) => one.asServed),
    [mappings, pending, readOnly, props.filter],
  );

  const title = kindTitle(props.kind);
  if (shown.length === 0) {
    return isFiltering(props.filter) ? (
      <EmptyState action={<Button onClick={props.onClearFilter}>Clear the filters</Button>} title="No field matches">
        None of the {mappings.length} fields of {title.toLowerCase()} fits the search and the filters.
      </EmptyState>
    ) : (
      <EmptyState title="No fields">The catalogue holds no fields for {title.toLowerCase()}.</EmptyState>
    );
  }

  return (
    <div className={styles.frame}>
      <table aria-label={`Directions for ${title.toLowerCase()}`} className={styles.table} onKeyDown={moveBetweenRows}>
        <thead className={styles.body}>
          <tr className={styles.titles}>
            <th className={mergeClasses(styles.head, styles.outlook)} scope="col">
              Outlook
            </th>
            <th className={mergeClasses(styles.head, styles.arrow)} scope="col">
              Direction
            </th>
            <th className={styles.head} scope="col">
              CRM
            </th>
            <th className={mergeClasses(styles.head, styles.policy)} scope="col">
              In a conflict
            </th>
          </tr>
        </thead>
        <tbody className={styles.body}>
          {shown.map((mapping) => (
            <MappingRow
              effective={props.effective?.get(mapping.id) ?? null}
              key={mapping.id}
              mapping={mapping}
              onSet={props.changes?.set ?? stay}
              pending={pending.get(mapping.id) ?? null}
              view={props.view}
              warning={props.warnings?.get(mapping.id) ?? null}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface Drafted {
  direction: Direction;
  draftDirection: Direction;
  conflictPolicy: ConflictPolicy;
  draftConflictPolicy: ConflictPolicy;
}

/** What a row shows as its draft: a wish before the server's, and for a reader (null) what is in force. */
function drafted(mapping: Drafted, wish: Wish | null) {
  return {
    draftDirection: wish ? (wish.direction ?? mapping.draftDirection) : mapping.direction,
    draftConflictPolicy: wish ? (wish.policy ?? mapping.draftConflictPolicy) : mapping.conflictPolicy,
  };
}

function moveBetweenRows(event: KeyboardEvent<HTMLTableElement>): void {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const arrows = [...event.currentTarget.querySelectorAll<HTMLElement>("[data-arrow]")];
  const at = arrows.indexOf(event.target as HTMLElement);
  const next = arrows[at + (event.key === "ArrowDown" ? 1 : -1)];
  if (at === -1 || !next) return;
  event.preventDefault();
  next.focus();
}
