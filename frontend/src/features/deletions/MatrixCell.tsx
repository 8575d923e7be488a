import { makeStyles, mergeClasses, Select, Text, tokens } from "@fluentui/react-components";
import { type FragmentType, graphql, readFragment } from "../../gql";
import type { DeletionOutcome } from "../../gql/graphql";
import { cellWords, outcomeSentence, outcomeTitle } from "../../lib/deletionWords";
import { useHint } from "../../ui/Hint";

const MatrixCell_cell = graphql(`
  fragment MatrixCell_cell on DeletionCell {
    key
    kind
    cause
    owner
    organizer
    time
    state
    outcome
    shippedOutcome
    isSet
    choices
    because
  }
`);

/** Marks the value that the product comes with: a word has no room in a column of six. */
export const SHIPPED = "•";

const useStyles = makeStyles({
  cell: { display: "flex", flexDirection: "column", gap: "2px", minWidth: 0 },
  control: {
    minWidth: 0,
    maxWidth: "240px",
    "& select": { paddingInlineEnd: "28px", textOverflow: "ellipsis" },
    "@media (max-width: 760px)": { maxWidth: "none", "& select": { height: "36px" } },
  },
  changed: { "& select": { color: tokens.colorBrandForeground1, fontWeight: tokens.fontWeightSemibold } },
  still: {
    font: "inherit",
    fontSize: tokens.fontSizeBase300,
    color: "inherit",
    textAlign: "left",
    background: "none",
    border: "none",
    padding: "4px 0",
    cursor: "help",
    borderRadius: tokens.borderRadiusSmall,
    ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
  quiet: { color: tokens.colorNeutralForeground3 },
  hint: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalXS },
});

interface MatrixCellProps {
  cell: FragmentType<typeof MatrixCell_cell>;
  /** What is chosen and not saved: null for as shipped; undefined if nothing is. */
  drafted: DeletionOutcome | null | undefined;
  canEdit: boolean;
  onChoose: (outcome: DeletionOutcome | null | undefined) => void;
}

/** What happens in one situation; the shipped value is marked, and stands below where it was changed. */
export function MatrixCell(props: MatrixCellProps) {
  const styles = useStyles();
  const cell = readFragment(MatrixCell_cell, props.cell);
  const { drafted } = props;
  const outcome = drafted === undefined ? cell.outcome : (drafted ?? cell.shippedOutcome);
  const isShipped = outcome === cell.shippedOutcome;
  const words = cellWords(cell);
  const { dismiss, ...hint } = useHint(
    <div className={styles.hint}>
      <span>{outcomeSentence(outcome, cell.cause)}</span>
      <span className={styles.quiet}>
        Shipped as {outcomeTitle(cell.shippedOutcome).toLowerCase()}: {cell.because}.
      </span>
    </div>,
  );
  const below = isShipped ? null : (
    <Text className={styles.quiet} size={200}>
      Shipped: {outcomeTitle(cell.shippedOutcome)}
    </Text>
  );

  if (!props.canEdit || cell.choices.length < 2) {
    return (
      <span className={styles.cell} data-cell={cell.key} data-outcome={outcome}>
        <button
          {...hint}
          aria-disabled="true"
          aria-label={`${words}: ${outcomeTitle(outcome)}`}
          className={styles.still}
          onClick={hint.onFocus}
          type="button"
        >
          {outcomeTitle(outcome)}
        </button>
        {below}
      </span>
    );
  }

  const choose = (chosen: DeletionOutcome) => {
    dismiss();
    // Back to what is saved is no change; the shipped value is not set but left to the product.
    if (chosen === cell.outcome) props.onChoose(undefined);
    else props.onChoose(chosen === cell.shippedOutcome ? null : chosen);
  };
  return (
    <span className={styles.cell} data-cell={cell.key} data-changed={drafted !== undefined} data-outcome={outcome}>
      <Select
        {...hint}
        aria-label={words}
        className={mergeClasses(styles.control, drafted !== undefined && styles.changed)}
        onChange={(_, data) => choose(data.value as DeletionOutcome)}
        size="small"
        value={outcome}
      >
        {cell.choices.map((one) => (
          <option key={one} value={one}>
            {outcomeTitle(one)}
            {one === cell.shippedOutcome && ` ${SHIPPED}`}
          </option>
        ))}
      </Select>
      {below}
    </span>
  );
}
