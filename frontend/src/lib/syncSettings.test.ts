import { expect, it } from "vitest";
import { enteredNumbers, numberErrors, typedNumbers } from "./syncSettings";

const SETTINGS = {
  brakeCount: 10,
  brakeShare: 20,
  newestGuardSeconds: 120,
  historyDays: 90,
  quarantineDays: 90,
  journalDays: 90,
  shortestInterval: 15,
  longestInterval: 900,
  deadAfter: 5,
};
const TYPED = typedNumbers(SETTINGS);

it("gives back what it was given", () => {
  expect(enteredNumbers(TYPED)).toEqual(SETTINGS);
  expect(numberErrors(TYPED)).toEqual({});
});

it.each(["", "1.5", "-1", "101", "many"])("refuses a share of %o", (brakeShare) => {
  expect(Object.keys(numberErrors({ ...TYPED, brakeShare }))).toEqual(["brakeShare"]);
});

it("wants the longest interval to be no shorter than the shortest", () => {
  expect(numberErrors({ ...TYPED, shortestInterval: "901" })).toHaveProperty("longestInterval");
});
