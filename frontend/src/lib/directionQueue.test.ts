import { expect, it, vi } from "vitest";
import { DirectionQueue, type QueueHooks, type SendResult } from "./directionQueue";

/** A server whose answers are given by hand, one after the other. */
function setUp() {
  const answers: ((result: SendResult) => void)[] = [];
  const send = vi.fn<QueueHooks["send"]>(() => new Promise((resolve) => answers.push(resolve)));
  const onStale = vi.fn<QueueHooks["onStale"]>();
  const onRefused = vi.fn<QueueHooks["onRefused"]>();
  const queue = new DirectionQueue({ send, onStale, onRefused });
  queue.learn("job", { draftDirection: "BOTH", revision: 5 });
  const answer = async (result: SendResult) => {
    answers.shift()?.(result);
    await new Promise((go) => setTimeout(go));
  };
  return { queue, send, onStale, onRefused, answer };
}

it("sends a click with the revision of the row and shows it until the page holds it", async () => {
  const { queue, send, answer } = setUp();

  queue.set("job", "NONE");

  expect(send).toHaveBeenCalledExactlyOnceWith("job", "NONE", 5);
  expect(queue.pending().get("job")).toBe("NONE");
  await answer({ outcome: "saved", row: { draftDirection: "NONE", revision: 6 } });
  // The answer is here before the page is drawn anew: showing what it held before would make a quick press go wrong.
  expect(queue.pending().get("job")).toBe("NONE");
  queue.learn("job", { draftDirection: "BOTH", revision: 5 });
  expect(queue.pending().get("job")).toBe("NONE");
  queue.learn("job", { draftDirection: "NONE", revision: 6 });
  expect(queue.pending().size).toBe(0);
});

it("keeps one request per row on the wire and sends the last wish with the new revision", async () => {
  const { queue, send, answer } = setUp();
  queue.set("job", "TO_CRM");
  queue.set("job", "TO_OUTLOOK");
  queue.set("job", "NONE");
  expect(send).toHaveBeenCalledTimes(1);

  await answer({ outcome: "saved", row: { draftDirection: "TO_CRM", revision: 6 } });

  expect(send).toHaveBeenLastCalledWith("job", "NONE", 6);
  expect(queue.pending().get("job")).toBe("NONE");
  await answer({ outcome: "saved", row: { draftDirection: "NONE", revision: 7 } });
  expect(send).toHaveBeenCalledTimes(2);
  queue.learn("job", { draftDirection: "NONE", revision: 7 });
  expect(queue.pending().size).toBe(0);
});

it("does not make one row wait for another", () => {
  const { queue, send } = setUp();
  queue.learn("mobile", { draftDirection: "BOTH", revision: 1 });

  queue.set("job", "NONE");
  queue.set("mobile", "TO_CRM");

  expect(send.mock.calls.map(([id]) => id)).toEqual(["job", "mobile"]);
});

it("reports a stale row with what was wanted, and learns the newer revision", async () => {
  const { queue, send, onStale, answer } = setUp();
  queue.set("job", "NONE");

  await answer({ outcome: "stale", row: { draftDirection: "TO_CRM", revision: 9 } });

  expect(onStale).toHaveBeenCalledExactlyOnceWith("job", "NONE");
  expect(queue.pending().size).toBe(0);
  queue.set("job", "NONE");
  expect(send).toHaveBeenLastCalledWith("job", "NONE", 9);
});

it("reports a refusal and lets go of the wish", async () => {
  const { queue, onRefused, answer } = setUp();
  queue.set("job", "NONE");

  await answer({ outcome: "refused", message: "Not allowed." });

  expect(onRefused).toHaveBeenCalledExactlyOnceWith("job", "Not allowed.");
  expect(queue.pending().size).toBe(0);
});

it("sends nothing for a wish the server already holds", () => {
  const { queue, send } = setUp();

  queue.set("job", "BOTH");

  expect(send).not.toHaveBeenCalled();
  expect(queue.pending().size).toBe(0);
});

it("ignores news older than what it knows", () => {
  const { queue, send } = setUp();

  queue.learn("job", { draftDirection: "NONE", revision: 4 });
  queue.set("job", "NONE");

  expect(send).toHaveBeenCalledExactlyOnceWith("job", "NONE", 5);
});
