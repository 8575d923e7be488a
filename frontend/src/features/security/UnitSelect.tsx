import { Field, makeStyles, Select } from "@fluentui/react-components";
import { type FragmentType, graphql, readFragment } from "../../gql";
import { possibleParents, unitTree } from "../../lib/unitTree";

export const UnitSelect_unit = graphql(`
  fragment UnitSelect_unit on BusinessUnit {
    id
    name
    parent {
      id
    }
  }
`);

const useStyles = makeStyles({
  // A long name in the tree must not widen the dialog.
  select: { minWidth: 0 },
});

interface UnitSelectProps {
  units: readonly FragmentType<typeof UnitSelect_unit>[];
  value: string;
  label?: string;
  error?: string;
  /** May be left to the server. */
  optional?: boolean;
  /** Leaves out this unit and what lies below it. */
  outside?: string;
  onChange: (id: string) => void;
}

/** A business unit, chosen from the tree. */
export function UnitSelect(props: UnitSelectProps) {
  const styles = useStyles();
  const units = readFragment(UnitSelect_unit, props.units);
  const nodes = props.outside === undefined ? unitTree(units) : possibleParents(units, props.outside);
  return (
    <Field label={props.label ?? "Business unit"} validationMessage={props.error}>
      <Select className={styles.select} onChange={(_, data) => props.onChange(data.value)} value={props.value}>
        {props.optional && <option value="">Top of the organization</option>}
        {nodes.map(({ unit, depth }) => (
          <option key={unit.id} value={unit.id}>
            {`${"\u00a0\u00a0\u00a0".repeat(depth)}${unit.name}`}
          </option>
        ))}
      </Select>
    </Field>
  );
}
