import { expect, it, vi } from "vitest";
import type { ConflictPolicy, Direction } from "../gql/graphql";
import { DirectionQueue, type QueueHooks, type RowState, type SendResult } from "./directionQueue";

function row(draftDirection: Direction, revision: number, draftConflictPolicy: ConflictPolicy = "CRM_LEADS"): RowState {
  return { draftDirection, draftConflictPolicy, revision };
}

/** A server whose answers are given by hand, one after the other. */
function setUp() {
  const answers: ((result: SendResult) => void)[] = [];
  const send = vi.fn<QueueHooks["send"]>(() => new Promise((resolve) => answers.push(resolve)));
  const onStale = vi.fn<QueueHooks["onStale"]>();
  const onRefused = vi.fn<QueueHooks["onRefused"]>();
  const queue = new DirectionQueue({ send, onStale, onRefused });
  queue.learn("job", row("BOTH", 5));
  const answer = async (result: SendResult) => {
    answers.shift()?.(result);
    await new Promise((go) => setTimeout(go));
  };
  return { queue, send, onStale, onRefused, answer };
}

it("sends a click with the revision of the row and shows it until the page holds it", async () => {
  const { queue, send, answer } = setUp();

  queue.set("job", { direction: "NONE" });

  expect(send).toHaveBeenCalledExactlyOnceWith("job", { direction: "NONE" }, 5);
  expect(queue.pending().get("job")?.direction).toBe("NONE");
  await answer({ outcome: "saved", row: row("NONE", 6) });
  // The answer is here before the page is drawn anew: showing what it held before would make a quick press go wrong.
  expect(queue.pending().get("job")?.direction).toBe("NONE");
  queue.learn("job", row("BOTH", 5));
  expect(queue.pending().get("job")?.direction).toBe("NONE");
  queue.learn("job", row("NONE", 6));
  expect(queue.pending().size).toBe(0);
});

it("keeps one request per row on the wire and sends the last wish with the new revision", async () => {
  const { queue, send, answer } = setUp();
  queue.set("job", { direction: "TO_CRM" });
  queue.set("job", { direction: "TO_OUTLOOK" });
  queue.set("job", { direction: "NONE" });
  expect(send).toHaveBeenCalledTimes(1);

  await answer({ outcome: "saved", row: row("TO_CRM", 6) });

  expect(send).toHaveBeenLastCalledWith("job", { direction: "NONE" }, 6);
  expect(queue.pending().get("job")?.direction).toBe("NONE");
  await answer({ outcome: "saved", row: row("NONE", 7) });
  expect(send).toHaveBeenCalledTimes(2);
  queue.learn("job", row("NONE", 7));
  expect(queue.pending().size).toBe(0);
});

it("does not make one row wait for another", () => {
  const { queue, send } = setUp();
  queue.learn("mobile", row("BOTH", 1));

  queue.set("job", { direction: "NONE" });
  queue.set("mobile", { direction: "TO_CRM" });

  expect(send.mock.calls.map(([id]) => id)).toEqual(["job", "mobile"]);
});

it("reports a stale row with what was wanted, and learns the newer revision", async () => {
  const { queue, send, onStale, answer } = setUp();
  queue.set("job", { direction: "NONE" });

  await answer({ outcome: "stale", row: row("TO_CRM", 9) });

  expect(onStale).toHaveBeenCalledExactlyOnceWith("job", { direction: "NONE" });
  expect(queue.pending().size).toBe(0);
  queue.set("job", { direction: "NONE" });
  expect(send).toHaveBeenLastCalledWith("job", { direction: "NONE" }, 9);
});

it("reports a refusal and lets go of the wish", async () => {
  const { queue, onRefused, answer } = setUp();
  queue.set("job", { direction: "NONE" });

  await answer({ outcome: "refused", message: "Not allowed." });

  expect(onRefused).toHaveBeenCalledExactlyOnceWith("job", "Not allowed.");
  expect(queue.pending().size).toBe(0);
});

it("sends nothing for a wish the server already holds", () => {
  const { queue, send } = setUp();

  queue.set("job", { direction: "BOTH" });

  expect(send).not.toHaveBeenCalled();
  expect(queue.pending().size).toBe(0);
});

it("ignores news older than what it knows", () => {
  const { queue, send } = setUp();

  queue.learn("job", row("NONE", 4));
  queue.set("job", { direction: "NONE" });

  expect(send).toHaveBeenCalledExactlyOnceWith("job", { direction: "NONE" }, 5);
});

it("sends a policy after the direction that is under way, with the revision that came of it", async () => {
  const { queue, send, answer } = setUp();
  queue.set("job", { direction: "TO_CRM" });
  queue.set("job", { policy: "ASK" });
  expect(send).toHaveBeenCalledExactlyOnceWith("job", { direction: "TO_CRM" }, 5);
  expect(queue.pending().get("job")).toEqual({ direction: "TO_CRM", policy: "ASK" });

  await answer({ outcome: "saved", row: row("TO_CRM", 6) });

  expect(send).toHaveBeenLastCalledWith("job", { policy: "ASK" }, 6);
  await answer({ outcome: "saved", row: row("TO_CRM", 7, "ASK") });
  expect(send).toHaveBeenCalledTimes(2);
  queue.learn("job", row("TO_CRM", 7, "ASK"));
  expect(queue.pending().size).toBe(0);
});

it("does not ask again for what was saved when somebody else changes it right after", async () => {
  const { queue, send, answer } = setUp();
  queue.set("job", { direction: "NONE" });
  queue.learn("job", row("TO_OUTLOOK", 8));

  await answer({ outcome: "saved", row: row("NONE", 6) });

  expect(send).toHaveBeenCalledTimes(1);
});
