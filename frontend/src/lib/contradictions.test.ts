import { expect, it } from "vitest";
import { affectedPeople, contradictionsByMapping, contradictionsTitle } from "./contradictions";

const JOB = { mapping: { id: "m-job" }, reach: "SOME", message: "Job Title cannot reach CRM for 2." } as const;
const JOB_BACK = { ...JOB, message: "Job Title cannot reach Outlook for 1." };
const PAGER = { mapping: { id: "m-pager" }, reach: "EVERYBODY", message: "Pager reaches nobody." } as const;

it("counts fields, not rules", () => {
  expect(contradictionsTitle([JOB, JOB_BACK])).toBe("1 field can’t travel as set for some people");
  expect(contradictionsTitle([JOB, JOB_BACK, PAGER])).toBe("2 fields can’t travel as set for some people");
});

it("says so when nobody is reached at all", () => {
  expect(contradictionsTitle([PAGER])).toBe("1 field can’t travel as set for anybody");
});

it("gathers what stands against one field", () => {
  expect([...contradictionsByMapping([JOB, PAGER, JOB_BACK])]).toEqual([
    ["m-job", "Job Title cannot reach CRM for 2. Job Title cannot reach Outlook for 1."],
    ["m-pager", "Pager reaches nobody."],
  ]);
});

it.each([
  [["Ada"], 1, "Ada"],
  [["Ada", "Mara"], 2, "Ada and Mara"],
  [["Ada", "Mara", "Nancy"], 3, "Ada, Mara and Nancy"],
  [["Ada", "Mara", "Nancy", "Paul"], 4, "Ada, Mara, Nancy and 1 other"],
  [["Ada", "Mara", "Nancy", "Paul"], 1200, "Ada, Mara, Nancy and 1,197 others"],
  [[], 14, "14 people"],
])("names a few of %j", (names, affected, words) => {
  expect(affectedPeople(names, affected)).toBe(words);
});
