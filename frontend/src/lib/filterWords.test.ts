import { expect, it } from "vitest";
import { type FilterColumn, filterWords, valueInput } from "./filterWords";

const TITLE: FilterColumn = { attribute: "jobtitle", label: "Job Title", type: "TEXT", operators: ["CONTAINS"] };
const STATUS: FilterColumn = { attribute: "statecode", label: "Status", type: "NUMBER", operators: ["EQUALS"] };
const CHANGED: FilterColumn = { attribute: "modifiedon", label: "Modified On", type: "TIME", operators: ["LAST_DAYS"] };
const COLUMNS = [TITLE, STATUS, CHANGED];

it("says a filter as a sentence with the names of choices", () => {
  const words = filterWords(
    {
      joint: "ALL",
      rows: [{ attribute: "statecode", operator: "EQUALS", value: "0" }],
      groups: [
        {
          joint: "ANY",
          rows: [
            { attribute: "jobtitle", operator: "CONTAINS", value: "chief" },
            { attribute: "modifiedon", operator: "LAST_DAYS", value: "14" },
          ],
        },
      ],
    },
    COLUMNS,
    "CONTACT",
  );

  expect(words).toBe("Status is active and (Job Title contains chief or Modified On is within the last 14 days)");
});

it("calls a filter without a part every record", () => {
  expect(filterWords({ joint: "ALL", rows: [] }, COLUMNS, "CONTACT")).toBe("every record");
});

it("names the states of an activity otherwise than those of a contact", () => {
  const filter = { joint: "ALL", rows: [{ attribute: "statecode", operator: "EQUALS", value: "1" }] } as const;
  expect(filterWords(filter, COLUMNS, "TASK")).toBe("Status is completed");
  expect(filterWords(filter, COLUMNS, "CONTACT")).toBe("Status is inactive");
});

it.each([
  [TITLE, "CONTAINS", "text"],
  [TITLE, "IS_EMPTY", "none"],
  [STATUS, "EQUALS", "choice"],
  [CHANGED, "LAST_DAYS", "days"],
  [CHANGED, "BEFORE", "day"],
] as const)("asks for the value of %o by %s as %s", (column, operator, input) => {
  expect(valueInput(column, operator, "CONTACT")).toBe(input);
});
