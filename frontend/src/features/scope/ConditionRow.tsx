import { Button, Input, makeStyles, Select, tokens } from "@fluentui/react-components";
import { Dismiss20Regular } from "@fluentui/react-icons";
import { useMemo } from "react";
import type { FilterOperator, RecordKind } from "../../gql/graphql";
import type { DraftRow } from "../../lib/filterDraft";
import { choicesOf, type FilterColumn, operatorWords, valueInput } from "../../lib/filterWords";

const useStyles = makeStyles({
  row: {
    display: "grid",
    gridTemplateColumns: "minmax(0, 1.2fr) minmax(0, 1fr) minmax(0, 1.2fr) auto",
    alignItems: "center",
    gap: tokens.spacingHorizontalS,
    "@media (max-width: 640px)": {
      gridTemplateColumns: "minmax(0, 1fr) auto",
      paddingBottom: tokens.spacingVerticalS,
      borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
    },
  },
  control: { minWidth: 0, width: "100%" },
  // On a phone the field shares its line with the button; what is asked of it stands below.
  wide: { minWidth: 0, width: "100%", "@media (max-width: 640px)": { gridColumn: "1 / span 2", gridRow: "auto" } },
  remove: { gridColumn: 4, "@media (max-width: 640px)": { gridColumn: 2, gridRow: 1 } },
});

interface ConditionRowProps {
  row: DraftRow;
  columns: readonly FilterColumn[];
  kind: RecordKind;
  name: string;
  onChange: (part: Partial<Omit<DraftRow, "key">>) => void;
  onRemove: () => void;
}

/** One comparison: a field, how it is compared, and with what. */
export function ConditionRow({ row, columns, kind, name, onChange, onRemove }: ConditionRowProps) {
  const styles = useStyles();
  const sorted = useMemo(() => columns.toSorted((one, other) => one.label.localeCompare(other.label)), [columns]);
  const column = columns.find((one) => one.attribute === row.attribute);

  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as a grid in every browser.
    <div aria-label={name} className={styles.row} role="group">
      <Select
        aria-label="Field"
        className={styles.control}
        onChange={(_, data) => onChange({ attribute: data.value })}
        value={row.attribute}
      >
        {column === undefined && <option value={row.attribute}>{row.attribute}</option>}
        {sorted.map((one) => (
          <option key={one.attribute} value={one.attribute}>
            {one.label}
          </option>
        ))}
      </Select>
      <Select
        aria-label="Operator"
        className={styles.wide}
        onChange={(_, data) => onChange({ operator: data.value as FilterOperator })}
        value={row.operator}
      >
        {(column?.operators ?? [row.operator]).map((one) => (
          <option key={one} value={one}>
            {operatorWords(one)}
          </option>
        ))}
      </Select>
      <ValueField column={column} kind={kind} onChange={(value) => onChange({ value })} row={row} />
      <Button
        appearance="subtle"
        aria-label={`Remove ${name.toLowerCase()}`}
        className={styles.remove}
        icon={<Dismiss20Regular />}
        onClick={onRemove}
      />
    </div>
  );
}

interface ValueFieldProps {
  row: DraftRow;
  column: FilterColumn | undefined;
  kind: RecordKind;
  onChange: (value: string) => void;
}

function ValueField({ row, column, kind, onChange }: ValueFieldProps) {
  const styles = useStyles();
  const input = valueInput(column, row.operator, kind);
  if (input === "none") return null;
  if (input === "choice" || input === "flag") {
    const choices =
      input === "choice"
        ? choicesOf(row.attribute, kind)
        : [
            { value: "true", words: "yes" },
            { value: "false", words: "no" },
          ];
    return (
      <Select aria-label="Value" className={styles.wide} onChange={(_, data) => onChange(data.value)} value={row.value}>
        {!choices.some((one) => one.value === row.value) && <option value={row.value}>{row.value}</option>}
        {choices.map((one) => (
          <option key={one.value} value={one.value}>
            {one.words}
          </option>
        ))}
      </Select>
    );
  }
  return (
    <Input
      aria-label={input === "days" ? "Days" : "Value"}
      className={styles.wide}
      contentAfter={input === "days" ? "days" : undefined}
      inputMode={input === "days" || input === "number" ? "numeric" : undefined}
      onChange={(_, data) => onChange(data.value)}
      type={input === "day" ? "date" : input === "text" ? "text" : "number"}
      value={row.value}
    />
  );
}
