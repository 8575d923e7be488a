import type { FilterGroupInput, FilterJoint, FilterOperator, RecordKind } from "../gql/graphql";
import { type FilterColumn, type FilterGroupLike, needsValue, valueInput } from "./filterWords";

/** A filter while somebody builds it. Each part has a key of its own, so that a row keeps its focus when others go. */
export interface DraftRow {
  key: number;
  attribute: string;
  operator: FilterOperator;
  value: string;
}

export interface DraftGroup {
  key: number;
  joint: FilterJoint;
  rows: readonly DraftRow[];
  groups: readonly DraftGroup[];
}

/** As many levels as the server takes. */
export const DEEPEST = 4;

/** What a new comparison asks: whose a record is stands first, as in the filters that everybody gets. */
export function firstRow(columns: readonly FilterColumn[], key: number): DraftRow {
  const column = columns.find((one) => one.attribute === "ownerid") ?? columns[0];
  return { key, attribute: column?.attribute ?? "", operator: column?.operators[0] ?? "EQUALS", value: "" };
}

export function draftOf(group: FilterGroupLike): DraftGroup {
  let key = 0;
  const copy = (one: FilterGroupLike): DraftGroup => ({
    key: key++,
    joint: one.joint,
    rows: one.rows.map(({ attribute, operator, value }) => ({ key: key++, attribute, operator, value })),
    groups: (one.groups ?? []).map(copy),
  });
  return copy(group);
}

export function inputOf(group: DraftGroup): FilterGroupInput {
  return {
    joint: group.joint,
    rows: group.rows.map(({ attribute, operator, value }) => ({ attribute, operator, value: value.trim() })),
    groups: group.groups.map(inputOf),
  };
}

/** A key that no part of the draft has. */
export function nextKey(group: DraftGroup): number {
  return 1 + Math.max(group.key, ...group.rows.map((one) => one.key), ...group.groups.map((one) => nextKey(one) - 1));
}

/** The draft with one of its groups changed. */
export function withGroup(root: DraftGroup, key: number, change: (group: DraftGroup) => DraftGroup): DraftGroup {
  if (root.key === key) return change(root);
  return { ...root, groups: root.groups.map((one) => withGroup(one, key, change)) };
}

export function withoutGroup(root: DraftGroup, key: number): DraftGroup {
  return {
    ...root,
    groups: root.groups.filter((one) => one.key !== key).map((one) => withoutGroup(one, key)),
  };
}

/** The row with another attribute or operator; a value stays if it still can be meant. */
export function changedRow(
  row: DraftRow,
  part: Partial<Omit<DraftRow, "key">>,
  columns: readonly FilterColumn[],
  kind: RecordKind,
): DraftRow {
  const before = columns.find((one) => one.attribute === row.attribute);
  const next = { ...row, ...part };
  const column = columns.find((one) => one.attribute === next.attribute);
  if (column && !column.operators.includes(next.operator)) next.operator = column.operators[0] ?? next.operator;
  if (part.value !== undefined) return next;
  const input = valueInput(column, next.operator, kind);
  const same =
    input === valueInput(before, row.operator, kind) && (input !== "choice" || row.attribute === next.attribute);
  if (!same) next.value = input === "flag" ? "true" : input === "choice" ? "0" : "";
  return next;
}

/** What keeps a draft from being tried; null if nothing does. */
export function unfinished(group: DraftGroup): string | null {
  if (group.rows.some((row) => needsValue(row.operator) && row.value.trim() === "")) return "Fill in every value.";
  if (group.joint === "ANY" && group.rows.length + group.groups.length === 0)
    return "A group of which any part is to hold needs a part.";
  return group.groups.map(unfinished).find((one) => one !== null) ?? null;
}
