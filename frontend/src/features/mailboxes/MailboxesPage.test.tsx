import { screen, waitFor, within } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { expect, it } from "vitest";
import { ADA } from "../../test/fixtures";
import { renderWith, startServer } from "../../test/server";
import MailboxesPage from "./MailboxesPage";

const NANCY = {
  id: "mb-1",
  name: "Nancy",
  principal: ADA,
  contactsUrl: "https://dav.example.org/nancy",
  userName: "nancy",
  syncMethod: "SERVER_SIDE",
  state: "FAILING",
  onRecordDeleted: "UNLINK",
  onItemDeleted: "UNLINK",
  linkedCount: 1,
  lastRun: null,
  lastError: {
    code: "SERVER_REFUSED_SIGN_IN",
    message: "Sign-in refused.",
    remedy: "Enter a new password.",
    at: "2026-11-02T10:00:00Z",
  },
  viewerCanSync: true,
  viewerCanEdit: true,
};

function open(nodes: object[], extra: Record<string, unknown> = {}, canConnectMailboxes = true) {
  const server = startServer({
    viewer: { canConnectMailboxes },
    mailboxes: { nodes, totalCount: nodes.length, pageInfo: { hasNextPage: false } },
    ...extra,
  });
  renderWith(server, <MailboxesPage />);
  return server;
}

it("says what is wrong with a mailbox and what to do about it", async () => {
  open([NANCY]);

  const card = await screen.findByRole("article", { name: "Mailbox Nancy" });

  expect(card.textContent).toContain("Failing");
  expect(card.textContent).toContain("Sign-in refused. Enter a new password.");
});

it("starts a sync and goes to its run", async () => {
  const server = open([NANCY], { runStart: { runs: [{ id: "run-9" }], errors: [] } });

  await userEvent.click(await screen.findByRole("button", { name: "Sync Nancy now" }));

  await waitFor(() => expect(window.location.pathname).toBe("/runs/run-9"));
  expect(server.sent("MailboxSync")).toEqual([{ input: { mailboxIds: ["mb-1"] } }]);
});

it("shows a refusal under the field it is about and keeps what was typed", async () => {
  const message = "The mail server refused this password.";
  const errors = [{ code: "SERVER_REFUSED_SIGN_IN", message, path: ["input", "password"] }];
  const server = open([], { mailboxConnect: { mailbox: null, errors } });
  await userEvent.click((await screen.findAllByRole("button", { name: "Connect a mailbox" }))[0] as HTMLElement);
  const dialog = within(await screen.findByRole("dialog"));
  const typed = { Name: "Nancy", "Address book URL": "https://dav.example.org", "User name": "nancy", Password: "x" };
  for (const [label, text] of Object.entries(typed)) {
    await userEvent.type(dialog.getByLabelText(new RegExp(`^${label}`)), text);
  }

  await userEvent.click(dialog.getByRole("button", { name: "Connect" }));

  expect(await dialog.findByText(message)).toBeDefined();
  expect(dialog.getByLabelText(/^Password/).getAttribute("aria-invalid")).toBe("true");
  expect(dialog.getByLabelText<HTMLInputElement>(/^Name/).value).toBe("Nancy");
  expect(server.sent("MailboxConnect")).toMatchObject([{ input: { name: "Nancy", password: "x" } }]);
});

it("keeps the stored password when the form's is left empty", async () => {
  const server = open([NANCY], { mailboxUpdate: { mailbox: NANCY, errors: [] } });
  await userEvent.click(await screen.findByRole("button", { name: "Edit Nancy" }));
  const dialog = within(await screen.findByRole("dialog"));

  await userEvent.click(dialog.getByLabelText("Delete it from Outlook too"));
  await userEvent.click(dialog.getByRole("button", { name: "Save" }));

  await waitFor(() => expect(server.sent("MailboxUpdate")).toHaveLength(1));
  const { input } = server.sent("MailboxUpdate")[0] as { input: Record<string, unknown> };
  expect(input).toMatchObject({ mailboxId: "mb-1", onRecordDeleted: "DELETE", onItemDeleted: "UNLINK" });
  expect(input).not.toHaveProperty("password");
});

it("tells a user without mailboxes who connects them", async () => {
  open([], {}, false);

  expect(await screen.findByText("An administrator connects mailboxes; yours will show here.")).toBeDefined();
  expect(screen.queryByRole("button", { name: "Connect a mailbox" })).toBeNull();
});
