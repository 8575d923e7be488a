import { afterEach, expect, it, vi } from "vitest";
import { keepSession } from "./session";

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
  vi.useRealTimers();
});

function keep(status: number) {
  vi.useFakeTimers();
  const fetched = vi.spyOn(globalThis, "fetch").mockImplementation(async () => new Response(null, { status }));
  const onEnded = vi.fn();
  const stop = keepSession(onEnded);
  stops.push(stop);
  return { fetched, onEnded, stop };
}

it("asks for a new secret at once, every five minutes and when the page is looked at again", async () => {
  const { fetched, onEnded } = keep(204);
  expect(fetched.mock.calls).toEqual([["/session/refresh", { method: "POST", credentials: "same-origin" }]]);

  await vi.advanceTimersByTimeAsync(10 * 60_000);
  expect(fetched).toHaveBeenCalledTimes(3);
  document.dispatchEvent(new Event("visibilitychange"));
  expect(fetched).toHaveBeenCalledTimes(4);
  expect(onEnded).not.toHaveBeenCalled();
});

it("leaves a hidden page alone", async () => {
  const { fetched } = keep(204);
  vi.spyOn(document, "hidden", "get").mockReturnValue(true);

  await vi.advanceTimersByTimeAsync(20 * 60_000);

  expect(fetched).toHaveBeenCalledTimes(1);
});

it("tells when the session has ended, and not when the server is out of reach", async () => {
  const { fetched, onEnded } = keep(401);
  await vi.advanceTimersByTimeAsync(0);
  expect(onEnded).toHaveBeenCalledOnce();

  fetched.mockRejectedValue(new TypeError("failed to fetch"));
  await vi.advanceTimersByTimeAsync(5 * 60_000);
  expect(onEnded).toHaveBeenCalledOnce();
});

it("stops when told to", async () => {
  const { fetched, stop } = keep(204);
  stop();

  await vi.advanceTimersByTimeAsync(20 * 60_000);

  expect(fetched).toHaveBeenCalledTimes(1);
});
