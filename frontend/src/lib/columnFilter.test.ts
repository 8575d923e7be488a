import { expect, it } from "vitest";
import { columnNames, filterColumns } from "./columnFilter";

const column = (attribute: string, label: string, part = {}) => ({
  attribute,
  label,
  canBeSecured: true,
  secured: false,
  ...part,
});
const COLUMNS = [
  column("jobtitle", "Job Title", { secured: true }),
  column("address1_city", "Business Address"),
  column("address1_line1", "Business Address"),
  column("fullname", "Full Name", { canBeSecured: false }),
];
const attributes = (list: { attribute: string }[]) => list.map((one) => one.attribute);
const ALL = { search: "", securedOnly: false, never: true };

it.each([
  [{ ...ALL, never: false }, ["jobtitle", "address1_city", "address1_line1"]],
  [ALL, ["jobtitle", "address1_city", "address1_line1", "fullname"]],
  [{ ...ALL, securedOnly: true }, ["jobtitle"]],
  [{ ...ALL, search: " CITY " }, ["address1_city"]],
  [{ ...ALL, search: "job t" }, ["jobtitle"]],
])("shows by %j", (filter, shown) => {
  expect(attributes(filterColumns(COLUMNS, filter))).toEqual(shown);
});

it("tells columns behind one label apart", () => {
  const names = columnNames(COLUMNS);

  expect(names.get("jobtitle")).toBe("Job Title");
  expect(names.get("address1_city")).toBe("Business Address (address1_city)");
});
