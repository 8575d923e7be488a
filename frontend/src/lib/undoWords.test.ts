import { expect, it } from "vitest";
import { fromLocalInput, toLocalInput, undoWords } from "./undoWords";

it("says what becomes of an end", () => {
  expect(undoWords("UPDATE_RECORD", "CRM")).toBe("Set back in CRM");
  expect(undoWords("CREATE_ITEM", "OUTLOOK")).toBe("Brought back to Outlook");
  expect(undoWords(null, "OUTLOOK")).toBe("Stays in Outlook");
});

it("carries an instant through the input to the minute", () => {
  const instant = new Date("2026-11-02T10:07:00Z");

  expect(fromLocalInput(toLocalInput(instant))).toBe("2026-11-02T10:07:00.000Z");
  expect(fromLocalInput("")).toBeNull();
  expect(fromLocalInput("soon")).toBeNull();
});
