import { render, screen } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { LoadMore } from "./LoadMore";

const LIST = { step: 50, hasMore: true, busy: false, left: "1,234 runs" };

it("asks for a larger page, never for more than the server gives", async () => {
  const onMore = vi.fn();
  const { rerender } = render(<LoadMore {...LIST} first={100} onMore={onMore} />);
  await userEvent.click(screen.getByRole("button", { name: "Load more (1,234 runs)" }));
  rerender(<LoadMore {...LIST} first={980} onMore={onMore} />);
  await userEvent.click(screen.getByRole("button"));

  expect(onMore.mock.calls).toEqual([[150], [1000]]);
});

it("says what is left out where no larger page is to be had", () => {
  render(<LoadMore {...LIST} first={1000} onMore={vi.fn()} />);

  expect(screen.queryByRole("button")).toBeNull();
  expect(screen.getByText("The first 1,000 are shown. Left out: 1,234 runs.")).toBeDefined();
});

it("is nothing at the end of the list", () => {
  const { container } = render(<LoadMore {...LIST} first={1000} hasMore={false} onMore={vi.fn()} />);

  expect(container.textContent).toBe("");
});
