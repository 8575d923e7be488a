import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { expect, it } from "vitest";
import { ADA, MARA } from "../../test/fixtures";
import { renderWith, startServer } from "../../test/server";
import MailboxesPage from "./MailboxesPage";

const NANCY = {
  id: "mb-1",
  name: "Nancy",
  principal: ADA,
  contactsUrl: "https://dav.example.org/nancy",
  calendarUrl: null,
  tasksUrl: null,
  timeZone: "UTC",
  addresses: [],
  userName: "nancy",
  health: "HEALTHY",
  cyclesEnabled: false,
  nextDueAt: null,
  intervalSeconds: null,
  lastSuccessAt: null,
  stopped: null,
  syncMethod: "SERVER_SIDE",
  state: "FAILING",
  onRecordDeleted: "UNLINK",
  onItemDeleted: "UNLINK",
  linkedCount: 1,
  deadLetterCount: 0,
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

it("finds the collections of a server and connects those that were chosen", async () => {
  const found = {
    collections: [
      { url: "https://dav/people/", name: "People", holds: ["ADDRESS_BOOK"] },
      { url: "https://dav/days/", name: "Days", holds: ["CALENDAR", "TASK_LIST"] },
      { url: "https://dav/team/", name: "Team", holds: ["CALENDAR"] },
    ],
    addresses: ["nancy@example.org"],
    timeZone: "Europe/Vienna",
    errors: [],
  };
  const server = open([], {
    mailboxDiscover: found,
    mailboxConnect: { mailbox: NANCY, errors: [] },
    principals: { nodes: [ADA, MARA] },
  });
  await userEvent.click((await screen.findAllByRole("button", { name: "Connect a mailbox" }))[0] as HTMLElement);
  const dialog = within(await screen.findByRole("dialog"));
  const find = dialog.getByRole<HTMLButtonElement>("button", { name: "Find collections" });
  expect(find.disabled).toBe(true);
  const typed = { Name: "Nancy", "Address book URL": "https://dav/", "User name": "nancy", Password: "x" };
  for (const [label, text] of Object.entries(typed)) {
    await userEvent.type(dialog.getByLabelText(new RegExp(`^${label}`)), text);
  }

  await userEvent.click(dialog.getByRole("combobox", { name: "Owner" }));
  await userEvent.click(await screen.findByRole("option", { name: /^Mara/ }));
  await userEvent.click(find);
  await userEvent.selectOptions(await dialog.findByLabelText("Calendar"), "Team");
  await userEvent.selectOptions(dialog.getByLabelText("Task list"), "Not synchronized");
  await userEvent.click(dialog.getByRole("button", { name: "Connect" }));

  await waitFor(() => expect(server.sent("MailboxConnect")).toHaveLength(1));
  const { input } = server.sent("MailboxConnect")[0] as { input: Record<string, unknown> };
  expect(input).toMatchObject({
    principalId: "p2",
    contactsUrl: "https://dav/people/",
    calendarUrl: "https://dav/team/",
    timeZone: "Europe/Vienna",
    addresses: ["nancy@example.org"],
  });
  expect(input).not.toHaveProperty("tasksUrl");
  expect(server.sent("MailboxDiscover")).toEqual([
    { input: { url: "https://dav/", userName: "nancy", password: "x" } },
  ]);
});

it("sends only the addresses that were changed", async () => {
  const server = open([{ ...NANCY, calendarUrl: "https://dav/days/" }], {
    mailboxUpdate: { mailbox: NANCY, errors: [] },
  });
  await userEvent.click(await screen.findByRole("button", { name: "Edit Nancy" }));
  const dialog = within(await screen.findByRole("dialog"));

  await userEvent.clear(dialog.getByLabelText("Calendar URL"));
  await userEvent.click(dialog.getByRole("button", { name: "Save" }));

  await waitFor(() => expect(server.sent("MailboxUpdate")).toHaveLength(1));
  const { input } = server.sent("MailboxUpdate")[0] as { input: Record<string, unknown> };
  expect(input).toMatchObject({ calendarUrl: "" });
  for (const same of ["contactsUrl", "tasksUrl", "timeZone", "addresses", "userName"]) {
    expect(input).not.toHaveProperty(same);
  }
});

it("says why a mailbox stopped, and lets it go on", async () => {
  const stopped = { ...NANCY.lastError, message: "The address book is gone.", remedy: "Connect another one." };
  const server = open([{ ...NANCY, health: "STOPPED", stopped }], {
    mailboxResume: { mailbox: { ...NANCY, state: "READY", lastError: null }, errors: [] },
  });
  const card = await screen.findByRole("article", { name: "Mailbox Nancy" });
  expect(card.textContent).toContain("Stopped: The address book is gone. Connect another one.");
  expect(card.textContent).not.toContain("Sign-in refused.");

  await userEvent.click(screen.getByRole("button", { name: "Resume Nancy" }));

  await waitFor(() => expect(card.textContent).not.toContain("Stopped"));
  expect(server.sent("MailboxResume")).toEqual([{ input: { mailboxId: "mb-1" } }]);
});

it("switches the cycles of a mailbox on", async () => {
  const nextDueAt = new Date(Date.now() + 150_000).toISOString();
  const server = open([{ ...NANCY, lastError: null }], {
    mailboxUpdate: {
      mailbox: { ...NANCY, lastError: null, cyclesEnabled: true, nextDueAt, intervalSeconds: 300 },
      errors: [],
    },
  });

  await userEvent.click(await screen.findByRole("switch", { name: "Runs by itself" }));

  expect(await screen.findByText(/^Next run/)).toBeDefined();
  expect(screen.getByText(/^Next run/).textContent).toBe("Next run in 2 min, every 5 min");
  expect(server.sent("MailboxCycles")).toEqual([{ input: { mailboxId: "mb-1", cyclesEnabled: true } }]);
});

it("leaves the cycles to whoever may change the mailbox", async () => {
  open([{ ...NANCY, lastError: null, viewerCanEdit: false, cyclesEnabled: true }]);

  expect(await screen.findByText("Runs by itself")).toBeDefined();
  expect(screen.queryByRole("switch")).toBeNull();
});

it("undoes what runs wrote in a mailbox since a time", async () => {
  const server = open([NANCY], {
    undoPreview: { writes: 2, obstacles: 0, changes: [] },
    undoStart: { run: null, errors: [{ code: "MAILBOX_BUSY", message: "A run is under way.", path: null }] },
  });
  await userEvent.click(await screen.findByRole("button", { name: "Undo in Nancy" }));
  const dialog = within(await screen.findByRole("dialog"));

  fireEvent.change(dialog.getByLabelText("Since"), { target: { value: "2026-11-02T10:07" } });
  const since = new Date("2026-11-02T10:07").toISOString();
  await waitFor(() =>
    expect(server.sent("UndoPreview").at(-1)).toEqual({ input: { mailboxId: "mb-1", since, force: false } }),
  );
  await waitFor(() => expect(dialog.getByRole<HTMLButtonElement>("button", { name: "Undo" }).disabled).toBe(false));
  await userEvent.click(dialog.getByRole("button", { name: "Undo" }));

  expect(await dialog.findByText("A run is under way.")).toBeDefined();
  expect(server.sent("UndoStart")).toEqual([{ input: { mailboxId: "mb-1", since, force: false } }]);
});

it("tells a user without mailboxes who connects them", async () => {
  open([], {}, false);

  expect(await screen.findByText("An administrator connects mailboxes; yours will show here.")).toBeDefined();
  expect(screen.queryByRole("button", { name: "Connect a mailbox" })).toBeNull();
});
