import { describe, expect, it } from "vitest";
import { directionTitle, flowSentences, stepDirection } from "./directions";

const ALL = ["BOTH", "TO_CRM", "TO_OUTLOOK", "NONE"] as const;

describe("stepping through the directions", () => {
  it.each([
    ["BOTH", 1, "TO_CRM"],
    ["NONE", 1, "BOTH"],
    ["BOTH", -1, "NONE"],
    ["TO_OUTLOOK", -1, "TO_CRM"],
  ] as const)("goes from %s by %i to %s", (from, step, to) => {
    expect(stepDirection(from, ALL, step)).toBe(to);
  });

  it("stays where only one direction is allowed", () => {
    expect(stepDirection("TO_OUTLOOK", ["TO_OUTLOOK"], 1)).toBe("TO_OUTLOOK");
  });

  it("finds a way out of a direction that is no longer allowed", () => {
    expect(stepDirection("BOTH", ["TO_CRM", "NONE"], 1)).toBe("TO_CRM");
    expect(stepDirection("BOTH", ["TO_CRM", "NONE"], -1)).toBe("NONE");
  });

  it("stays when nothing at all is allowed", () => {
    expect(stepDirection("BOTH", [], 1)).toBe("BOTH");
  });
});

describe("what a change means", () => {
  it("names the flow that opens", () => {
    expect(flowSentences("NONE", "TO_CRM")).toEqual(["Opens Outlook to CRM: changes made in Outlook will reach CRM."]);
  });

  it("names the flow that closes and says where values stay", () => {
    expect(flowSentences("BOTH", "TO_CRM")).toEqual(["Closes CRM to Outlook: changes made in CRM stay in CRM."]);
  });

  it("says both when a direction turns around", () => {
    const sentences = flowSentences("TO_OUTLOOK", "TO_CRM");

    expect(sentences.map((one) => one.split(":")[0])).toEqual(["Opens Outlook to CRM", "Closes CRM to Outlook"]);
  });

  it("has nothing to say about no change", () => {
    expect(flowSentences("BOTH", "BOTH")).toEqual([]);
  });
});

it("writes a direction as a label", () => {
  expect(ALL.map(directionTitle)).toEqual(["Both ways", "Outlook to CRM", "CRM to Outlook", "Not synchronized"]);
});
