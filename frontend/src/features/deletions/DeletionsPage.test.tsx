import { screen, within } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { expect, it } from "vitest";
import type { DeletionTab } from "../../lib/routes";
import { viewer } from "../../test/fixtures";
import { MAILBOXES, preview } from "../../test/scopeFixtures";
import { renderWith, startServer } from "../../test/server";
import DeletionsPage from "./DeletionsPage";

function cell(part: Record<string, unknown> = {}) {
  return {
    key: "CONTACT:RECORD_DELETED:OWNER",
    kind: "CONTACT",
    cause: "RECORD_DELETED",
    side: "CRM",
    owner: true,
    organizer: null,
    time: null,
    state: null,
    outcome: "UNLINK",
    shippedOutcome: "UNLINK",
    isSet: false,
    choices: ["UNLINK", "DELETE"],
    because: "the owner of a contact keeps the item",
    source: "F27",
    ...part,
  };
}

const OTHERS = cell({
  key: "CONTACT:RECORD_DELETED:NOT_OWNER",
  owner: false,
  outcome: "UNLINK",
  shippedOutcome: "DELETE",
  isSet: true,
});
const SETTINGS = {
  brakeCount: 10,
  brakeShare: 20,
  editAgainstDelete: "EDIT_WINS",
  newestGuardSeconds: 120,
  historyDays: 90,
  quarantineDays: 90,
  journalDays: 90,
  shortestInterval: 15,
  longestInterval: 900,
  deadAfter: 5,
  invitations: "NEVER",
  revision: 4,
};

function open(tab: DeletionTab, root: Record<string, unknown>, canAdminister = true) {
  const server = startServer({
    viewer: viewer({ canAdminister }),
    mailboxes: MAILBOXES,
    syncFilterPreview: preview(),
    deletionMatrix: { cells: [cell(), OTHERS], revision: 4 },
    syncSettings: SETTINGS,
    ...root,
  });
  renderWith(server, <DeletionsPage kind="CONTACT" tab={tab} />);
  return server;
}

const owned = () => screen.findByRole("combobox", { name: "The mailbox's owner owns it" });
const bar = () => screen.findByRole("region", { name: "Unsaved changes" });

it("marks the shipped value and saves what was chosen with the revision", async () => {
  const server = open("matrix", {
    deletionRulesSet: {
      deletionMatrix: { cells: [cell({ outcome: "DELETE", isSet: true }), OTHERS], revision: 5 },
      errors: [],
    },
  });
  expect(within(await owned()).getByRole("option", { name: "Unlink •" })).toBeDefined();

  await userEvent.selectOptions(await owned(), "Delete");
  expect((await bar()).textContent).toContain("1 change of the matrix not saved");
  expect(server.sent("DeletionRulesSet")).toEqual([]);
  await userEvent.click(within(await bar()).getByRole("button", { name: "Save" }));

  expect(await screen.findByText("The matrix was saved")).toBeDefined();
  expect(screen.queryByRole("region", { name: "Unsaved changes" })).toBeNull();
  expect(server.sent("DeletionRulesSet")).toEqual([
    { input: { changes: [{ cell: "CONTACT:RECORD_DELETED:OWNER", outcome: "DELETE" }], expectedRevision: 4 } },
  ]);
});

it("leaves a cell to the product when the shipped value is chosen again", async () => {
  const server = open("matrix", {
    deletionRulesSet: { deletionMatrix: { cells: [cell(), OTHERS], revision: 5 }, errors: [] },
  });
  const others = await screen.findByRole("combobox", { name: "Somebody else owns it" });
  expect(screen.getByText("Shipped: Delete")).toBeDefined();

  await userEvent.selectOptions(others, "Delete •");
  await userEvent.click(within(await bar()).getByRole("button", { name: "Save" }));

  expect(await screen.findByText("The matrix was saved")).toBeDefined();
  expect(server.sent("DeletionRulesSet")).toMatchObject([
    { input: { changes: [{ cell: "CONTACT:RECORD_DELETED:NOT_OWNER", outcome: null }] } },
  ]);
});

it("counts no change when a cell is back to what is saved", async () => {
  open("matrix", {});
  await userEvent.selectOptions(await owned(), "Delete");
  await bar();

  await userEvent.selectOptions(await owned(), "Unlink •");

  expect(screen.queryByRole("region", { name: "Unsaved changes" })).toBeNull();
});

it("keeps what was chosen and asks for a reload when somebody else was faster", async () => {
  open("matrix", {
    deletionRulesSet: { deletionMatrix: null, errors: [{ code: "STALE_REVISION", message: "Changed meanwhile." }] },
  });
  await userEvent.selectOptions(await owned(), "Delete");
  await userEvent.click(within(await bar()).getByRole("button", { name: "Save" }));

  expect((await screen.findByRole("alert")).textContent).toContain("Somebody changed the matrix meanwhile.");
  expect(await owned()).toHaveProperty("value", "DELETE");
  await userEvent.click(screen.getByRole("button", { name: "Reload" }));
  expect(screen.queryByRole("alert")).toBeNull();
});

it("lets a reader see the matrix and why each cell is as it is", async () => {
  open("matrix", {}, false);
  const still = await screen.findByRole("button", { name: "The mailbox's owner owns it: Unlink" });

  still.focus();

  expect((await screen.findByRole("tooltip")).textContent).toContain("the owner of a contact keeps the item");
  expect(screen.getByText("You can see these settings; only an administrator changes them.")).toBeDefined();
  expect(screen.queryByRole("combobox", { name: "The mailbox's owner owns it" })).toBeNull();
});

it("tells what a deletion would do to one record, and why", async () => {
  const server = open("check", {
    deletionCheck: { outcome: "UNLINK", decidedBy: "MATRIX", because: "the owner keeps the item", cell: cell() },
  });
  await userEvent.click(await screen.findByRole("radio", { name: "Its item is deleted in Outlook" }));
  expect(screen.queryByRole("radio", { name: "The meeting is cancelled in CRM" })).toBeNull();
  await userEvent.click(screen.getByRole("combobox", { name: "Record" }));
  await userEvent.click(await screen.findByRole("option", { name: "Nancy Davolio" }));

  const answer = await screen.findByRole("region", { name: "Nancy Davolio: Unlink" });
  expect(answer.textContent).toContain("The matrix decides.");
  expect(answer.textContent).toContain("The record in CRM stays and is no longer followed.");
  expect(answer.textContent).toContain("The owner keeps the item.");
  expect(server.sent("DeletionCheck")).toEqual([
    { mailboxId: "mb-1", kind: "CONTACT", recordId: "contact:1", side: "OUTLOOK", cancelled: false },
  ]);
});

it("tells when the viewer does not see the record", async () => {
  open("check", { deletionCheck: null });
  await userEvent.click(await screen.findByRole("combobox", { name: "Record" }));
  await userEvent.click(await screen.findByRole("option", { name: "Nancy Davolio" }));

  expect(await screen.findByText("You do not see this record, or this mailbox.")).toBeDefined();
});

it("saves the settings, and sends nothing that is out of bounds", async () => {
  const server = open("settings", {
    syncSettingsUpdate: { syncSettings: { ...SETTINGS, brakeCount: 25, revision: 5 }, errors: [] },
  });
  const count = await screen.findByRole("spinbutton", { name: "Deletions that a run carries out unasked" });
  const share = screen.getByRole("spinbutton", { name: "Share of what is linked" });
  await userEvent.clear(count);
  await userEvent.type(count, "25");
  await userEvent.clear(share);
  await userEvent.type(share, "101");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByText("Enter a whole number from 0 to 100.")).toBeDefined();
  expect(server.sent("SyncSettingsUpdate")).toEqual([]);

  await userEvent.clear(share);
  await userEvent.type(share, "20");
  await userEvent.click(screen.getByRole("radio", { name: /^The deletion wins/ }));
  await userEvent.click(screen.getByRole("button", { name: "Save" }));

  expect(await screen.findByText("The settings were saved")).toBeDefined();
  const { revision, ...sent } = SETTINGS;
  expect(server.sent("SyncSettingsUpdate")).toEqual([
    { input: { ...sent, brakeCount: 25, editAgainstDelete: "DELETE_WINS", expectedRevision: revision } },
  ]);
});

it("shows a reader the settings without a way to save them", async () => {
  open("settings", {}, false);

  const count = await screen.findByRole("spinbutton", { name: "Deletions that a run carries out unasked" });
  expect(count).toHaveProperty("readOnly", true);
  expect(screen.getByRole("radio", { name: "Never" })).toHaveProperty("disabled", true);
  expect(screen.queryByRole("button", { name: "Save" })).toBeNull();
});
