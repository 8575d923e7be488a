import { makeStyles, Text, tokens } from "@fluentui/react-components";
import { type FragmentType, graphql, readFragment } from "../../gql";
import type { DeletionOutcome } from "../../gql/graphql";
import { asTable } from "../../lib/deletionWords";
import { MatrixCell } from "./MatrixCell";

const MatrixTable_cell = graphql(`
  fragment MatrixTable_cell on DeletionCell {
    key
    kind
    cause
    owner
    organizer
    time
    state
    ...MatrixCell_cell
  }
`);

const PHONE = "@media (max-width: 760px)";

const useStyles = makeStyles({
  table: { width: "100%", borderCollapse: "collapse", tableLayout: "fixed", [PHONE]: { display: "block" } },
  titles: { [PHONE]: { display: "none" } },
  body: { [PHONE]: { display: "block" } },
  row: {
    borderTop: `1px solid ${tokens.colorNeutralStroke3}`,
    [PHONE]: { display: "block", padding: `${tokens.spacingVerticalS} 0` },
  },
  head: {
    textAlign: "left",
    verticalAlign: "bottom",
    padding: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalS} ${tokens.spacingVerticalXS} 0`,
    fontSize: tokens.fontSizeBase200,
    fontWeight: tokens.fontWeightSemibold,
    color: tokens.colorNeutralForeground3,
  },
  who: { width: "26%" },
  name: {
    textAlign: "left",
    verticalAlign: "top",
    fontWeight: tokens.fontWeightRegular,
    padding: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalM} ${tokens.spacingVerticalS} 0`,
    [PHONE]: { display: "block", fontWeight: tokens.fontWeightSemibold, padding: "4px 0" },
  },
  cell: {
    verticalAlign: "top",
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalS} ${tokens.spacingVerticalS} 0`,
    [PHONE]: {
      display: "grid",
      gridTemplateColumns: "minmax(0, 1fr) minmax(0, 1.2fr)",
      alignItems: "baseline",
      padding: "2px 0",
    },
  },
  // On a phone the columns stand below each other and need their names back.
  label: { display: "none", color: tokens.colorNeutralForeground3, [PHONE]: { display: "inline" } },
});

interface MatrixTableProps {
  label: string;
  cells: readonly FragmentType<typeof MatrixTable_cell>[];
  draft: ReadonlyMap<string, DeletionOutcome | null>;
  canEdit: boolean;
  onChoose: (key: string, outcome: DeletionOutcome | null | undefined) => void;
}

/** The cells of one kind and one cause: whose a record is down, time and state across. */
export function MatrixTable(props: MatrixTableProps) {
  const styles = useStyles();
  const { columns, rows } = asTable(readFragment(MatrixTable_cell, props.cells));
  return (
    <table aria-label={props.label} className={styles.table}>
      <thead className={styles.titles}>
        <tr>
          <td className={styles.who} />
          {columns.map((title) => (
            <th className={styles.head} key={title} scope="col">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody className={styles.body}>
        {rows.map((row) => (
          <tr className={styles.row} key={row.words}>
            <th className={styles.name} scope="row">
              {row.words}
            </th>
            {row.cells.map((cell, n) => (
              <td className={styles.cell} key={cell.key}>
                <Text aria-hidden="true" className={styles.label} size={200}>
                  {columns[n]}
                </Text>
                <MatrixCell
                  canEdit={props.canEdit}
                  cell={cell}
                  drafted={props.draft.get(cell.key)}
                  onChoose={(outcome) => props.onChoose(cell.key, outcome)}
                />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
