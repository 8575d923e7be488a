import type { CheckStage, Direction } from "../gql/graphql";

interface CheckLike {
  stage: CheckStage;
  flow: Direction;
  passed: boolean;
}

export interface FlowWalk<C> {
  flow: Direction;
  flows: boolean;
  checks: C[];
}

/** In the order in which the rules are asked. */
const ORDER: readonly CheckStage[] = ["CATALOGUE", "PROFILE", "MAILBOX", "ROLE", "RECORD", "COLUMN"];

/** The checks of each flow, stage by stage; a flow happens when all of its checks pass. */
export function walks<C extends CheckLike>(checks: readonly C[]): FlowWalk<C>[] {
  return (["TO_CRM", "TO_OUTLOOK"] as const)
    .map((flow) => {
      const own = checks.filter((check) => check.flow === flow);
      own.sort((one, other) => ORDER.indexOf(one.stage) - ORDER.indexOf(other.stage));
      return { flow, flows: own.every((check) => check.passed), checks: own };
    })
    .filter((walk) => walk.checks.length > 0);
}
