import { Button, makeStyles, mergeClasses, Select, Text, tokens } from "@fluentui/react-components";
import { Add16Regular, Dismiss20Regular } from "@fluentui/react-icons";
import type { FilterJoint, RecordKind } from "../../gql/graphql";
import {
  changedRow,
  DEEPEST,
  type DraftGroup,
  firstRow,
  nextKey,
  withGroup,
  withoutGroup,
} from "../../lib/filterDraft";
import type { FilterColumn } from "../../lib/filterWords";
import { ConditionRow } from "./ConditionRow";

const useStyles = makeStyles({
  group: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalS, minWidth: 0 },
  inner: {
    padding: tokens.spacingHorizontalM,
    borderRadius: tokens.borderRadiusLarge,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: `color-mix(in srgb, ${tokens.colorNeutralForeground1} 3%, transparent)`,
    "@media (max-width: 640px)": { padding: tokens.spacingHorizontalS },
  },
  head: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: tokens.spacingHorizontalS },
  remove: { marginLeft: "auto" },
  buttons: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalS },
  quiet: { color: tokens.colorNeutralForeground3 },
});

interface GroupEditorProps {
  root: DraftGroup;
  group: DraftGroup;
  /** 1 for the whole filter. */
  depth: number;
  /** Where it stands, such as "2.1"; empty for the whole filter. */
  place: string;
  columns: readonly FilterColumn[];
  kind: RecordKind;
  onChange: (root: DraftGroup) => void;
}

/** Conditions and groups of which all must hold, or any one. */
export function GroupEditor(props: GroupEditorProps) {
  const styles = useStyles();
  const { root, group, depth, place, columns, kind, onChange } = props;
  const change = (edit: (group: DraftGroup) => DraftGroup) => onChange(withGroup(root, group.key, edit));
  const prefix = place === "" ? "" : `${place}.`;
  const name = place === "" ? "Conditions" : `Group ${place}`;

  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as a flexible column in every browser.
    <div aria-label={name} className={mergeClasses(styles.group, depth > 1 && styles.inner)} role="group">
      <div className={styles.head}>
        <Select
          aria-label={`${name}: how they belong together`}
          onChange={(_, data) => change((was) => ({ ...was, joint: data.value as FilterJoint }))}
          size="small"
          value={group.joint}
        >
          <option value="ALL">All</option>
          <option value="ANY">Any</option>
        </Select>
        <Text>{group.joint === "ALL" ? "of these must hold" : "one of these is enough"}</Text>
        {depth > 1 && (
          <Button
            appearance="subtle"
            aria-label={`Remove ${name.toLowerCase()}`}
            className={styles.remove}
            icon={<Dismiss20Regular />}
            onClick={() => onChange(withoutGroup(root, group.key))}
            size="small"
          />
        )}
      </div>
      {group.rows.map((row, n) => (
        <ConditionRow
          columns={columns}
          key={row.key}
          kind={kind}
          name={`Condition ${prefix}${n + 1}`}
          onChange={(part) =>
            change((was) => ({
              ...was,
              rows: was.rows.map((one) => (one.key === row.key ? changedRow(one, part, columns, kind) : one)),
            }))
          }
          onRemove={() => change((was) => ({ ...was, rows: was.rows.filter((one) => one.key !== row.key) }))}
          row={row}
        />
      ))}
      {group.groups.map((inner, n) => (
        <GroupEditor {...props} depth={depth + 1} group={inner} key={inner.key} place={`${prefix}${n + 1}`} />
      ))}
      {group.rows.length + group.groups.length === 0 && group.joint === "ALL" && (
        <Text className={styles.quiet}>Without a condition, every record matches.</Text>
      )}
      <div className={styles.buttons}>
        <Button
          icon={<Add16Regular />}
          onClick={() => change((was) => ({ ...was, rows: [...was.rows, firstRow(columns, nextKey(root))] }))}
          size="small"
        >
          {place === "" ? "Add a condition" : `Add a condition to group ${place}`}
        </Button>
        {depth < DEEPEST && (
          <Button
            appearance="subtle"
            icon={<Add16Regular />}
            onClick={() =>
              change((was) => ({
                ...was,
                groups: [
                  ...was.groups,
                  {
                    key: nextKey(root),
                    joint: was.joint === "ALL" ? "ANY" : "ALL",
                    rows: [firstRow(columns, nextKey(root) + 1)],
                    groups: [],
                  },
                ],
              }))
            }
            size="small"
          >
            {place === "" ? "Add a group" : `Add a group to group ${place}`}
          </Button>
        )}
      </div>
    </div>
  );
}
