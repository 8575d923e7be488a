interface ColumnLike {
  label: string;
  attribute: string;
  canBeSecured: boolean;
  secured: boolean;
}

export interface ColumnFilter {
  search: string;
  securedOnly: boolean;
  /** Also the columns that can never be secured. */
  never: boolean;
}

export function filterColumns<T extends ColumnLike>(columns: readonly T[], filter: ColumnFilter): T[] {
  const wanted = filter.search.trim().toLowerCase();
  return columns.filter(
    (one) =>
      (filter.never || one.canBeSecured) &&
      (!filter.securedOnly || one.secured) &&
      (wanted === "" || one.label.toLowerCase().includes(wanted) || one.attribute.toLowerCase().includes(wanted)),
  );
}

/** What a column is called where its label is shared: the parts of an address all stand behind one field. */
export function columnNames(columns: readonly ColumnLike[]): ReadonlyMap<string, string> {
  const times = new Map<string, number>();
  for (const one of columns) times.set(one.label, (times.get(one.label) ?? 0) + 1);
  return new Map(
    columns.map((one) => [
      one.attribute,
      (times.get(one.label) ?? 0) > 1 ? `${one.label} (${one.attribute})` : one.label,
    ]),
  );
}
