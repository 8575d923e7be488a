import { expect, it } from "vitest";
import { LEVELS, levelOfKey, levelShare, levelWords, turnLevel } from "./accessLevels";

it("turns through every level and back to none", () => {
  const turned = LEVELS.map(turnLevel);

  expect(turned).toEqual(["USER", "BUSINESS_UNIT", "PARENT_CHILD", "ORGANIZATION", "NONE"]);
});

it("fills the circle by quarters", () => {
  expect(LEVELS.map(levelShare)).toEqual([0, 0.25, 0.5, 0.75, 1]);
});

it.each([
  ["0", "NONE"],
  ["3", "PARENT_CHILD"],
  ["4", "ORGANIZATION"],
  ["5", null],
  ["", null],
  ["Enter", null],
])("takes the key %j for the level %s", (key, level) => {
  expect(levelOfKey(key)).toBe(level);
});

it("has words for each level", () => {
  expect(new Set(LEVELS.map(levelWords)).size).toBe(LEVELS.length);
});
