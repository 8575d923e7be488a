import { expect, it } from "vitest";
import type { CheckStage, Direction } from "../gql/graphql";
import { walks } from "./explain";

function check(flow: Direction, stage: CheckStage, passed = true) {
  return { flow, stage, passed };
}

it("orders the checks of each flow by stage, however they come", () => {
  const found = walks([
    check("TO_OUTLOOK", "COLUMN"),
    check("TO_CRM", "ROLE"),
    check("TO_OUTLOOK", "CATALOGUE"),
    check("TO_CRM", "PROFILE"),
  ]);

  expect(found.map((walk) => [walk.flow, walk.checks.map((one) => one.stage)])).toEqual([
    ["TO_CRM", ["PROFILE", "ROLE"]],
    ["TO_OUTLOOK", ["CATALOGUE", "COLUMN"]],
  ]);
});

it("stops a flow at a single check that fails, and that flow only", () => {
  const found = walks([check("TO_CRM", "ROLE"), check("TO_CRM", "COLUMN", false), check("TO_OUTLOOK", "ROLE")]);

  expect(found.map((walk) => [walk.flow, walk.flows])).toEqual([
    ["TO_CRM", false],
    ["TO_OUTLOOK", true],
  ]);
});

it("keeps the order of several checks of one stage", () => {
  const first = { ...check("TO_CRM", "ROLE"), rule: "read" };
  const second = { ...check("TO_CRM", "ROLE"), rule: "write" };

  expect(walks([first, second])[0]?.checks.map((one) => one.rule)).toEqual(["read", "write"]);
});
