import { expect, it } from "vitest";
import { possibleParents, unitTree } from "./unitTree";

const unit = (id: string, parent: string | null) => ({ id, name: id, parent: parent === null ? null : { id: parent } });
const UNITS = [
  unit("West", "Sales"),
  unit("Root", null),
  unit("Sales", "Root"),
  unit("East", "Sales"),
  unit("Law", "Root"),
];
const lines = (nodes: { unit: { id: string }; depth: number }[]) => nodes.map((one) => `${one.depth} ${one.unit.id}`);

it("lists parents before children and children by name", () => {
  expect(lines(unitTree(UNITS))).toEqual(["0 Root", "1 Law", "1 Sales", "2 East", "2 West"]);
});

it("loses no unit whose parent is not in the list", () => {
  expect(lines(unitTree([unit("Lost", "Gone"), unit("Root", null)]))).toEqual(["0 Lost", "0 Root"]);
});

it("offers no place inside the unit that moves", () => {
  expect(lines(possibleParents(UNITS, "Sales"))).toEqual(["0 Root", "1 Law"]);
  expect(lines(possibleParents(UNITS, "West"))).toEqual(["0 Root", "1 Law", "1 Sales", "2 East"]);
});
