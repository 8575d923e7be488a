import { Button, Checkbox, makeStyles, mergeClasses, Switch, Text, tokens } from "@fluentui/react-components";
import { LockClosed16Regular } from "@fluentui/react-icons";
import { type FragmentType, graphql, readFragment } from "../../gql";
import { FIELD_RIGHTS, type FieldRight, type FieldRights, fieldRightTitle } from "../../lib/fieldRights";

const ColumnRow_column = graphql(`
  fragment ColumnRow_column on Column {
    kind
    attribute
    label
    canBeSecured
    neverSecurableBecause
    secured
    mask {
      keepLast
    }
    ...SecureDialogs_column
  }
`);

const PHONE = "@media (max-width: 640px)";

const useStyles = makeStyles({
  row: {
    borderTop: `1px solid ${tokens.colorNeutralStroke3}`,
    [PHONE]: {
      display: "grid",
      gridTemplateColumns: "repeat(4, minmax(0, 1fr))",
      padding: `${tokens.spacingVerticalS} 0`,
    },
  },
  field: {
    textAlign: "left",
    fontWeight: tokens.fontWeightRegular,
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalM} ${tokens.spacingVerticalS} 0`,
    [PHONE]: { gridColumn: "1 / span 3", paddingBlock: 0 },
  },
  words: { display: "flex", flexDirection: "column", gap: "1px", minWidth: 0, overflowWrap: "anywhere" },
  quiet: { color: tokens.colorNeutralForeground3 },
  reason: { display: "flex", gap: tokens.spacingHorizontalXS, alignItems: "flex-start" },
  cell: {
    padding: 0,
    textAlign: "center",
    verticalAlign: "middle",
    [PHONE]: { display: "flex", flexDirection: "column", alignItems: "center" },
  },
  secured: { [PHONE]: { gridColumn: "4", gridRow: "1", justifyContent: "center" } },
  label: { display: "none", [PHONE]: { display: "block", fontSize: "11px", color: tokens.colorNeutralForeground3 } },
  changed: {
    backgroundColor: tokens.colorBrandBackground2,
    boxShadow: `inset 0 0 0 1px ${tokens.colorBrandStroke1}`,
  },
  // The cell is centred; the thumb of a switch is placed from the left.
  switch: { textAlign: "left" },
  mask: {
    minWidth: 0,
    padding: "0 4px",
    alignSelf: "flex-start",
    marginLeft: "-4px",
    color: tokens.colorBrandForeground1,
    fontWeight: tokens.fontWeightRegular,
  },
});

interface ColumnRowProps {
  column: FragmentType<typeof ColumnRow_column>;
  name: string;
  /** The rights of the field profile that is edited; null if none is. */
  rights: { saved: FieldRights; shown: FieldRights } | null;
  /** What the other field profiles allow, in words. */
  others: string | null;
  onTurn: (right: FieldRight) => void;
  onSecure: () => void;
  onRelease: () => void;
}

export function ColumnRow(props: ColumnRowProps) {
  const styles = useStyles();
  const column = readFragment(ColumnRow_column, props.column);
  const { name, rights } = props;
  const maskTitle = column.mask ? `Mask: last ${column.mask.keepLast}` : "Add a mask";
  return (
    <tr className={styles.row} data-secured={column.secured} data-testid={`column-${column.attribute}`}>
      <th className={styles.field} scope="row">
        <div className={styles.words}>
          <span>{column.label}</span>
          <Text className={styles.quiet} font="monospace" size={100}>
            {column.attribute}
          </Text>
          {column.secured && (
            <Button
              appearance="transparent"
              aria-label={`${maskTitle}: ${name}`}
              className={styles.mask}
              onClick={props.onSecure}
              size="small"
            >
              {maskTitle}
            </Button>
          )}
          {!column.canBeSecured && (
            <Text className={mergeClasses(styles.quiet, styles.reason)} size={200}>
              <LockClosed16Regular aria-hidden />
              <span>{column.neverSecurableBecause ?? "This field can never be secured."}</span>
            </Text>
          )}
          {props.others && (
            <Text className={styles.quiet} size={200}>
              {props.others}
            </Text>
          )}
        </div>
      </th>
      <td className={mergeClasses(styles.cell, styles.secured)}>
        {column.canBeSecured && (
          <Switch
            aria-label={`${name} secured`}
            checked={column.secured}
            className={styles.switch}
            onChange={() => (column.secured ? props.onRelease() : props.onSecure())}
          />
        )}
        {column.canBeSecured && <span className={styles.label}>Secured</span>}
      </td>
      {rights &&
        FIELD_RIGHTS.map((right) => (
          <td
            className={mergeClasses(styles.cell, rights.saved[right] !== rights.shown[right] && styles.changed)}
            key={right}
          >
            {column.canBeSecured && (
              <>
                <Checkbox
                  aria-label={`${name}: ${fieldRightTitle(right).toLowerCase()}`}
                  checked={rights.shown[right]}
                  onChange={() => props.onTurn(right)}
                />
                <span aria-hidden className={styles.label}>
                  {fieldRightTitle(right)}
                </span>
              </>
            )}
          </td>
        ))}
    </tr>
  );
}
