import { expect, it } from "vitest";
import { blockedLines, blockedSentence, forWhom, stageTitle } from "./effective";

const COLUMN = {
  direction: "TO_CRM",
  message: "Nancy may not update jobtitle.",
  stage: "COLUMN",
  rule: "No field profile lets Nancy update jobtitle.",
} as const;

it("tells an administrator what to do, and a user only why", () => {
  const [asAdministrator] = blockedLines([COLUMN], true);
  const [asUser] = blockedLines([COLUMN], false);

  expect(asAdministrator).toEqual({
    what: "Outlook to CRM does not flow.",
    message: "Nancy may not update jobtitle.",
    rule: "No field profile lets Nancy update jobtitle.",
    remedy: "Allow it in a field profile, or narrow the direction.",
  });
  expect(asUser?.remedy).toBeNull();
});

it("does not say the same twice", () => {
  const [line] = blockedLines([{ ...COLUMN, rule: COLUMN.message }], true);

  expect(line?.rule).toBeNull();
});

it("reads out each flow with the rule that decided", () => {
  const mailbox = {
    direction: "TO_OUTLOOK",
    message: "Nobody syncs.",
    stage: "MAILBOX",
    rule: "Nobody syncs.",
  } as const;

  expect(blockedSentence(blockedLines([mailbox, COLUMN], true))).toBe(
    "CRM to Outlook does not flow. Nobody syncs. Outlook to CRM does not flow. No field profile lets Nancy update jobtitle.",
  );
});

it("speaks to the viewer and of everybody else", () => {
  expect([forWhom(null), forWhom("Nancy")]).toEqual(["you", "Nancy"]);
  expect(stageTitle("RECORD")).toBe("The record");
});
