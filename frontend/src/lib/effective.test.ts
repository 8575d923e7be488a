import { expect, it } from "vitest";
import { blockedLines, blockedSentence, forWhom, stageTitle } from "./effective";

const COLUMN = {
  direction: "TO_CRM",
  reason: "NO_UPDATE",
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

it("tells new records from existing ones and says once what helps both", () => {
  const [update, create] = blockedLines([COLUMN, { ...COLUMN, reason: "NO_CREATE" }], true);

  expect(update).toMatchObject({ what: "Outlook to CRM does not flow.", remedy: null });
  expect(create?.what).toBe("Outlook to CRM does not fill new records.");
  expect(create?.remedy).toBe("Allow it in a field profile, or narrow the direction.");
});

it("reads out each flow with the rule that decided", () => {
  const mailbox = {
    direction: "TO_OUTLOOK",
    reason: "SYNC_METHOD_NONE",
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
