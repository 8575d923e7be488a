import { expect, it } from "vitest";
import { moveInGrid } from "./gridMove";

const SIZE = { rows: 3, columns: 4 };

it.each([
  ["ArrowRight", false, { row: 1, column: 2 }],
  ["ArrowLeft", false, { row: 1, column: 0 }],
  ["ArrowUp", false, { row: 0, column: 1 }],
  ["ArrowDown", false, { row: 2, column: 1 }],
  ["Home", false, { row: 1, column: 0 }],
  ["End", false, { row: 1, column: 3 }],
  ["Home", true, { row: 0, column: 0 }],
  ["End", true, { row: 2, column: 3 }],
  ["Enter", false, null],
])("moves on %s (whole grid: %s)", (key, whole, place) => {
  expect(moveInGrid({ row: 1, column: 1 }, key, whole, SIZE)).toEqual(place);
});

it.each([
  ["ArrowUp", { row: 0, column: 0 }],
  ["ArrowLeft", { row: 0, column: 0 }],
  ["ArrowDown", { row: 2, column: 3 }],
  ["ArrowRight", { row: 2, column: 3 }],
])("stays at the edge on %s", (key, at) => {
  expect(moveInGrid(at, key, false, SIZE)).toEqual(at);
});
