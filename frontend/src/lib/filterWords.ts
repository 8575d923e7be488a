import type { FilterColumnType, FilterOperator, RecordKind } from "../gql/graphql";

export interface FilterColumn {
  attribute: string;
  label: string;
  type: FilterColumnType;
  operators: readonly FilterOperator[];
}

interface FilterRowLike {
  attribute: string;
  operator: FilterOperator;
  value: string;
}

export interface FilterGroupLike {
  joint: "ALL" | "ANY";
  rows: readonly FilterRowLike[];
  groups?: readonly FilterGroupLike[];
}

const OPERATOR_WORDS: Record<FilterOperator, string> = {
  EQUALS: "is",
  NOT_EQUALS: "is not",
  CONTAINS: "contains",
  BEGINS_WITH: "begins with",
  IS_EMPTY: "is empty",
  IS_NOT_EMPTY: "is not empty",
  GREATER: "is greater than",
  LESS: "is less than",
  ON: "is on",
  BEFORE: "is before",
  AFTER: "is after",
  LAST_DAYS: "is within the last … days",
  NEXT_DAYS: "is within the next … days",
  IS_ME: "is me",
  IS_MY_TEAM: "is a team of mine",
};

const WITHOUT_VALUE: readonly FilterOperator[] = ["IS_EMPTY", "IS_NOT_EMPTY", "IS_ME", "IS_MY_TEAM"];

/** The operator as a choice. */
export function operatorWords(operator: FilterOperator): string {
  return OPERATOR_WORDS[operator];
}

export function needsValue(operator: FilterOperator): boolean {
  return !WITHOUT_VALUE.includes(operator);
}

export type ValueInput = "none" | "text" | "number" | "days" | "day" | "flag" | "choice";

/** How the value of a comparison is entered. */
export function valueInput(column: FilterColumn | undefined, operator: FilterOperator, kind: RecordKind): ValueInput {
  if (!needsValue(operator)) return "none";
  if (operator === "LAST_DAYS" || operator === "NEXT_DAYS") return "days";
  if (column && choicesOf(column.attribute, kind).length > 0 && !["GREATER", "LESS"].includes(operator))
    return "choice";
  switch (column?.type) {
    case "NUMBER":
      return "number";
    case "FLAG":
      return "flag";
    case "DATE":
    case "TIME":
      return "day";
    default:
      return "text";
  }
}

interface Choice {
  value: string;
  words: string;
}

const CONTACT_STATES: readonly Choice[] = [
  { value: "0", words: "active" },
  { value: "1", words: "inactive" },
];
const ACTIVITY_STATES: readonly Choice[] = [
  { value: "0", words: "open" },
  { value: "1", words: "completed" },
  { value: "2", words: "cancelled" },
  { value: "3", words: "scheduled" },
];
const PRIORITIES: readonly Choice[] = [
  { value: "0", words: "low" },
  { value: "1", words: "normal" },
  { value: "2", words: "high" },
];

/** The names of a choice's numbers, for the attributes that everybody filters by. */
export function choicesOf(attribute: string, kind: RecordKind): readonly Choice[] {
  if (attribute === "statecode") return kind === "CONTACT" ? CONTACT_STATES : ACTIVITY_STATES;
  return attribute === "prioritycode" ? PRIORITIES : [];
}

/** A comparison in words. */
function rowWords(row: FilterRowLike, columns: readonly FilterColumn[], kind: RecordKind): string {
  const column = columns.find((one) => one.attribute === row.attribute);
  const label = column?.label ?? row.attribute;
  const named = choicesOf(row.attribute, kind).find((one) => one.value === row.value)?.words;
  const value = row.value === "" ? "…" : (named ?? flagWords(column, row.value) ?? row.value);
  const words = OPERATOR_WORDS[row.operator];
  if (!needsValue(row.operator)) return `${label} ${words}`;
  return words.includes("…") ? `${label} ${words.replace("…", value)}` : `${label} ${words} ${value}`;
}

function flagWords(column: FilterColumn | undefined, value: string): string | undefined {
  if (column?.type !== "FLAG") return undefined;
  return value === "true" ? "yes" : "no";
}

/** A filter in words, as the middle of a sentence. */
export function filterWords(group: FilterGroupLike, columns: readonly FilterColumn[], kind: RecordKind): string {
  const groups = group.groups ?? [];
  const parts = [
    ...group.rows.map((row) => rowWords(row, columns, kind)),
    ...groups.map((inner) => {
      const words = filterWords(inner, columns, kind);
      return inner.rows.length + (inner.groups ?? []).length > 1 ? `(${words})` : words;
    }),
  ];
  if (parts.length === 0) return "every record";
  return parts.join(group.joint === "ALL" ? " and " : " or ");
}
