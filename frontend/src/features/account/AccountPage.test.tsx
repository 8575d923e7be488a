import { screen, waitFor, within } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { ADA } from "../../test/fixtures";
import { page } from "../../test/pages";
import { renderWith, startServer } from "../../test/server";
import AccountPage from "./AccountPage";

const EXPORT = {
  id: "token:1",
  name: "Nightly export",
  scope: "READ",
  createdAt: "2026-10-01T10:00:00Z",
  lastUsedAt: "2026-11-01T10:00:00Z",
  expiresAt: null,
};
const OLD = { ...EXPORT, id: "token:2", name: "", scope: "ADMIN", lastUsedAt: null, expiresAt: "2020-01-01T00:00:00Z" };

function open(tokens: object[], extra: Record<string, unknown> = {}) {
  const server = startServer({ viewer: { principal: ADA }, tokens: page(tokens), ...extra });
  renderWith(server, <AccountPage />);
  return server;
}

it("lists tokens with their reach, last use and end", async () => {
  open([EXPORT, OLD]);

  const rows = within(await screen.findByRole("list", { name: "Tokens" })).getAllByRole("listitem");

  expect(rows[0]?.textContent).toContain("Nightly export");
  expect(rows[0]?.textContent).toContain("Reads only");
  expect(rows[0]?.textContent).toMatch(/Last used .*2026.* · Never expires/);
  expect(rows[1]?.textContent).toContain("Token without a name");
  expect(rows[1]?.textContent).toContain("Everything you may do");
  expect(rows[1]?.textContent).toMatch(/Never used · Expired /);
});

it("says what tokens are for where there are none", async () => {
  open([]);

  expect(await screen.findByText(/You have no tokens\. Create one for a script/)).toBeDefined();
});

it("makes a token, shows its secret once and copies it", async () => {
  const user = userEvent.setup();
  const token = { ...EXPORT, lastUsedAt: null };
  const server = open([], { tokenCreate: { token, secret: "fs_only-once", errors: [] } });
  await user.click(await screen.findByRole("button", { name: "Create a token" }));
  const dialog = within(await screen.findByRole("dialog"));

  await user.click(dialog.getByRole("button", { name: "Create" }));
  expect(await dialog.findByText("Say what the token is for.")).toBeDefined();
  await user.type(dialog.getByLabelText(/^Name/), " Nightly export ");
  await user.selectOptions(dialog.getByLabelText("Holds for"), "For ever");
  await user.click(dialog.getByRole("button", { name: "Create" }));

  const shown = within(await screen.findByRole("alertdialog"));
  expect(server.sent("TokenCreate")).toEqual([{ input: { name: "Nightly export", scope: "READ", days: null } }]);
  expect(shown.getByLabelText<HTMLInputElement>("Secret").value).toBe("fs_only-once");
  await user.click(shown.getByRole("button", { name: "Copy" }));
  expect(await navigator.clipboard.readText()).toBe("fs_only-once");
  expect(await shown.findByRole("button", { name: "Copied" })).toBeDefined();

  await user.click(shown.getByRole("button", { name: "Done" }));
  await waitFor(() => expect(screen.queryByDisplayValue("fs_only-once")).toBeNull());
  await waitFor(() => expect(server.sent("AccountPage").length).toBeGreaterThan(1));
});

it("marks the secret for copying by hand where the browser copies nothing", async () => {
  const user = userEvent.setup();
  vi.spyOn(navigator.clipboard, "writeText").mockRejectedValue(new Error("not allowed"));
  open([], { tokenCreate: { token: EXPORT, secret: "fs_only-once", errors: [] } });
  await user.click(await screen.findByRole("button", { name: "Create a token" }));
  await user.type(screen.getByLabelText(/^Name/), "x");
  await user.click(screen.getByRole("button", { name: "Create" }));

  await user.click(await screen.findByRole("button", { name: "Copy" }));

  const secret = screen.getByLabelText<HTMLInputElement>("Secret");
  await waitFor(() => expect([secret.selectionStart, secret.selectionEnd]).toEqual([0, "fs_only-once".length]));
  expect(screen.queryByRole("button", { name: "Copied" })).toBeNull();
});

it("revokes a token after asking, and not before", async () => {
  const server = open([EXPORT], { tokenRevoke: { token: EXPORT, errors: [] } });
  await userEvent.click(await screen.findByRole("button", { name: "Revoke Nightly export" }));
  const dialog = within(await screen.findByRole("alertdialog"));
  expect(server.sent("TokenRevoke")).toEqual([]);

  await userEvent.click(dialog.getByRole("button", { name: "Revoke the token" }));

  await waitFor(() => expect(server.sent("TokenRevoke")).toEqual([{ input: { tokenId: "token:1" } }]));
});

it("tells why a token was not revoked", async () => {
  const errors = [{ code: "NOT_FOUND", message: "There is no such token, or it is not yours." }];
  open([EXPORT], { tokenRevoke: { token: null, errors } });
  await userEvent.click(await screen.findByRole("button", { name: "Revoke Nightly export" }));

  await userEvent.click(await screen.findByRole("button", { name: "Revoke the token" }));

  expect(await screen.findByText("There is no such token, or it is not yours.")).toBeDefined();
});

async function fill(current: string, fresh: string, again: string) {
  const form = within(await screen.findByRole("form", { name: "Change password" }));
  if (current) await userEvent.type(form.getByLabelText(/^Current password/), current);
  if (fresh) await userEvent.type(form.getByLabelText(/^New password\*?$/), fresh);
  if (again) await userEvent.type(form.getByLabelText(/^New password again/), again);
  await userEvent.click(form.getByRole("button", { name: "Change the password" }));
  return form;
}

it("changes the password and asks the server anew, which leads to the sign-in page", async () => {
  const server = open([], { passwordChange: { ok: true, errors: [] } });

  await fill("old secret", "new secret", "new secret");

  expect(await screen.findByText("Your password is changed")).toBeDefined();
  expect(server.sent("PasswordChange")).toEqual([{ input: { current: "old secret", new: "new secret" } }]);
  await waitFor(() => expect(server.sent("AccountPage").length).toBeGreaterThan(1));
});

it.each([
  ["", "new secret", "new secret", "Fill this in."],
  ["old secret", "short", "short", "Take at least 8 characters."],
  ["old secret", "new secret", "new secrex", "This is not the same as above."],
])("asks nothing of the server for %s, %s and %s", async (current, fresh, again, words) => {
  const server = open([]);

  const form = await fill(current, fresh, again);

  expect(await form.findByText(words)).toBeDefined();
  expect(server.sent("PasswordChange")).toEqual([]);
});

it("shows a refusal under its field, and one without a field above the form", async () => {
  const errors = [
    { code: "INVALID_INPUT", message: "The current password is not right.", path: ["input", "current"] },
    { code: "TOO_MANY_ATTEMPTS", message: "Too many attempts went wrong; try again in 8 seconds.", path: null },
  ];
  open([], { passwordChange: { ok: false, errors } });

  const form = await fill("wrong secret", "new secret", "new secret");

  expect(await form.findByText("The current password is not right.")).toBeDefined();
  expect((await form.findByText(/try again in 8 seconds/)).closest('[role="alert"]')).not.toBeNull();
});
