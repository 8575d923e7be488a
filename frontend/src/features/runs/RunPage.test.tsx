import { screen, waitFor, within } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { expect, it } from "vitest";
import { NO_COUNTS } from "../../lib/runWords";
import { mapping, run } from "../../test/fixtures";
import { page } from "../../test/pages";
import { renderWith, startServer } from "../../test/server";
import RunPage from "./RunPage";

function event(seq: number, part: Record<string, unknown>) {
  return {
    runEvents: {
      runId: "run-1",
      seq,
      at: "2026-11-02T10:00:03Z",
      type: "PROGRESS",
      state: "RUNNING",
      message: "",
      ...part,
    },
  };
}

it("follows a run after the last event it has, to its end", async () => {
  let stored = run();
  const server = startServer({ run: () => stored });
  renderWith(server, <RunPage id="run-1" />);
  await screen.findByRole("heading", { name: "Sync of Nancy" });
  await waitFor(() => expect(server.sent("RunEvents")).toEqual([{ runId: "run-1", after: 2 }]));

  const gather = { phase: "GATHER", kind: "CONTACT" };
  await server.emit("RunEvents", event(3, { type: "PHASE_STARTED", ...gather, done: 0, total: 40 }));
  await server.emit("RunEvents", event(4, { ...gather, done: 20, counts: { ...NO_COUNTS, updatedInOutlook: 9 } }));
  await server.emit("RunEvents", event(3, { type: "PHASE_STARTED", ...gather, done: 0, total: 40 }));

  expect(await screen.findByText(/20 of 40/)).toBeDefined();
  expect(screen.getByRole("progressbar", { name: "Progress: Gather changes" }).getAttribute("aria-valuenow")).toBe(
    "20",
  );
  expect(screen.getByText("9 updated")).toBeDefined();

  stored = run({ state: "SUCCEEDED", lastSeq: 5, milliseconds: 1500, finishedAt: "2026-11-02T10:00:05Z" });
  await server.emit("RunEvents", event(5, { type: "FINISHED", state: "SUCCEEDED", milliseconds: 1500 }));

  expect(await screen.findByText("Succeeded")).toBeDefined();
  expect(await screen.findByText("1.5 s")).toBeDefined();
  expect(screen.queryByRole("button", { name: "Cancel the run" })).toBeNull();
});

it("lists what wants a look, with what to do about it", async () => {
  const server = startServer({ run: run() });
  renderWith(server, <RunPage id="run-1" />);
  await waitFor(() => expect(server.sent("RunEvents")).toHaveLength(1));

  const problem = {
    seq: 3,
    at: "2026-11-02T10:00:03Z",
    code: "CONFLICT",
    message: "Both sides changed the job title.",
    remedy: "Choose one of the two values.",
    side: "OUTLOOK",
    subject: "Yvonne McKay",
    mapping: null,
  };
  await server.emit("RunEvents", event(3, { type: "PROBLEM", problem }));

  const list = await screen.findByRole("region", { name: "What wants a look" });
  expect(list.textContent).toContain("Both sides changed the job title.");
  expect(list.textContent).toContain("Yvonne McKay · in Outlook");
  expect(list.textContent).toContain("Choose one of the two values.");
});

it("shows a rule at work with a lock, its field and what to do", async () => {
  const problem = {
    seq: 1,
    at: "2026-11-02T10:00:03Z",
    code: "NOT_PERMITTED",
    message: "Nancy may not update Job Title; the text stays in Outlook.",
    remedy: "Let a field profile update jobtitle.",
    side: "CRM",
    subject: "Yvonne McKay",
    mapping: mapping({ id: "m-job", outlookLabel: "Job Title" }),
  };
  const server = startServer({ run: run({ state: "SUCCEEDED", problems: page([problem]) }) });
  renderWith(server, <RunPage id="run-1" />);

  const list = await screen.findByRole("region", { name: "What wants a look" });

  expect(within(list).getByLabelText("Not permitted")).toBeDefined();
  expect(list.textContent).toContain("Yvonne McKay · Field Job Title · in CRM");
  expect(list.textContent).toContain("Let a field profile update jobtitle.");
});

it("shows why a run failed and starts it again as it was", async () => {
  const error = {
    code: "SERVER_REFUSED_SIGN_IN",
    message: "Sign-in refused.",
    remedy: "Enter a new password.",
    at: "2026-11-02T10:00:03Z",
  };
  const failed = run({ state: "FAILED", mode: "PREVIEW", configuration: "DRAFT", error });
  const server = startServer({ run: failed, runStart: { runs: [run({ id: "run-2" })], errors: [] } });
  renderWith(server, <RunPage id="run-1" />);

  const alert = await screen.findByRole("region", { name: "Why the run failed" });
  expect(alert.textContent).toContain("Sign-in refused.");
  expect(alert.textContent).toContain("Enter a new password.");
  await userEvent.click(within(alert).getByRole("button", { name: "Try again" }));

  await waitFor(() => expect(window.location.pathname).toBe("/runs/run-2"));
  expect(server.sent("RunRepeat")).toEqual([
    { input: { mailboxIds: ["mb-1"], mode: "PREVIEW", configuration: "DRAFT" } },
  ]);
});

it("words a preview as what would happen", async () => {
  const operation = {
    id: "o1",
    action: "UPDATE_ITEM",
    state: "PLANNED",
    subject: "Yvonne",
    message: null,
    mailed: ["ada@e.org", "bob@e.org", "cy@e.org", "dan@e.org"],
    mappings: [],
  };
  const operations = { ...run().operations, nodes: [operation], totalCount: 1 };
  const server = startServer({ run: run({ state: "SUCCEEDED", mode: "PREVIEW", operations }) });
  renderWith(server, <RunPage id="run-1" />);

  const table = await screen.findByRole("table", { name: "What it would do" });

  expect(table.textContent).toContain("Would update in Outlook");
  expect(table.textContent).toContain("Would mail ada@e.org, bob@e.org, cy@e.org and 1 more");
  expect(screen.getByText("Would go to Outlook")).toBeDefined();
});

it("says when there is no such run", async () => {
  renderWith(startServer({ run: null }), <RunPage id="run-1" />);

  expect(await screen.findByText("There is no such run")).toBeDefined();
});

const CHANGES = [
  {
    kind: "CONTACT",
    side: "CRM",
    action: "UPDATE_RECORD",
    subject: "Paula",
    obstacle: null,
    fields: [
      {
        forced: false,
        now: ["Chief buyer"],
        back: ["Buyer"],
        obstacle: null,
        mapping: mapping({ id: "m-1", outlookLabel: "Job Title" }),
      },
      {
        forced: false,
        now: ["+43 2"],
        back: ["+43 1"],
        obstacle: { kind: "CHANGED_SINCE", because: "It was changed since." },
        mapping: mapping({ id: "m-2", outlookLabel: "Business Phone" }),
      },
    ],
  },
];

it("undoes a run after showing what goes back and what stays", async () => {
  const server = startServer({
    run: run({ state: "SUCCEEDED", viewerCanUndo: true }),
    undoPreview: { writes: 1, obstacles: 1, changes: CHANGES },
    undoStart: { run: { id: "run-2" }, errors: [] },
  });
  renderWith(server, <RunPage id="run-1" />);

  await userEvent.click(await screen.findByRole("button", { name: "Undo" }));
  const dialog = within(await screen.findByRole("dialog"));
  expect(await dialog.findByText("1 record or item would be written. 1 thing stays as it is.")).toBeDefined();
  const list = dialog.getByRole("list", { name: "What undoing would do" });
  expect(list.textContent).toContain("nowChief buyerback toBuyer");
  expect(list.textContent).toContain("Stays: It was changed since.");
  expect(server.sent("UndoStart")).toEqual([]);
  await userEvent.click(dialog.getByRole("checkbox"));
  await waitFor(() => expect(server.sent("UndoPreview").at(-1)).toEqual({ input: { runId: "run-1", force: true } }));
  await waitFor(() => expect(dialog.getByRole<HTMLButtonElement>("button", { name: "Undo" }).disabled).toBe(false));
  await userEvent.click(dialog.getByRole("button", { name: "Undo" }));

  await waitFor(() => expect(window.location.pathname).toBe("/runs/run-2"));
  expect(server.sent("UndoStart")).toEqual([{ input: { runId: "run-1", force: true } }]);
});

it("starts no undo that would write nothing", async () => {
  const server = startServer({
    run: run({ state: "SUCCEEDED", viewerCanUndo: true }),
    undoPreview: { writes: 0, obstacles: 0, changes: [] },
  });
  renderWith(server, <RunPage id="run-1" />);

  await userEvent.click(await screen.findByRole("button", { name: "Undo" }));
  const dialog = within(await screen.findByRole("dialog"));

  expect(await dialog.findByText("Nothing would be written.")).toBeDefined();
  expect(dialog.getByRole<HTMLButtonElement>("button", { name: "Undo" }).disabled).toBe(true);
  expect(server.sent("UndoStart")).toEqual([]);
});

it("calls a run that undoes by its name, leads to what it undoes, and does not offer it again", async () => {
  const undoes = { since: null, quarantinedId: null, run: { id: "run-0" } };
  renderWith(startServer({ run: run({ state: "SUCCEEDED", undoes }) }), <RunPage id="run-1" />);

  expect(await screen.findByRole("heading", { name: "Undo of Nancy" })).toBeDefined();
  expect(screen.getByRole("link", { name: "another run" }).getAttribute("href")).toBe("/runs/run-0");
  expect(screen.queryByRole("button", { name: "Run again" })).toBeNull();
});

it("undoes what a run did with one record, field by field", async () => {
  const operation = {
    __typename: "Operation",
    id: "operation:1",
    action: "UPDATE_RECORD",
    state: "APPLIED",
    subject: "Paula",
    recordId: "contact:1",
    message: null,
    mailed: [],
    mappings: [mapping({ id: "m-1", outlookLabel: "Job Title" })],
  };
  const other = {
    ...operation,
    id: "operation:3",
    action: "UPDATE_ITEM",
    mappings: [mapping({ id: "m-2", outlookLabel: "Business Phone" })],
  };
  const linked = { ...operation, id: "operation:2", action: "LINK", subject: "Quentin", mappings: [] };
  const operations = { ...run().operations, nodes: [operation, other, linked], totalCount: 3 };
  const server = startServer({
    run: run({ state: "SUCCEEDED", viewerCanUndo: true, operations }),
    undoPreview: { writes: 1, obstacles: 0, changes: CHANGES },
    undoStart: { run: { id: "run-2" }, errors: [] },
  });
  renderWith(server, <RunPage id="run-1" />);

  const [first] = await screen.findAllByRole("button", { name: "Undo Paula" });
  await userEvent.click(first as HTMLElement);
  expect(screen.queryByRole("button", { name: "Undo Quentin" })).toBeNull();
  const dialog = within(await screen.findByRole("dialog", { name: "Undo what this sync did with Paula" }));
  await userEvent.click(dialog.getByRole("checkbox", { name: "Business Phone" }));
  await userEvent.click(dialog.getByRole("checkbox", { name: "Job Title" }));
  expect(dialog.getByRole<HTMLButtonElement>("button", { name: "Undo" }).disabled).toBe(true);
  await userEvent.click(dialog.getByRole("checkbox", { name: "Job Title" }));
  await waitFor(() => expect(dialog.getByRole<HTMLButtonElement>("button", { name: "Undo" }).disabled).toBe(false));
  await userEvent.click(dialog.getByRole("button", { name: "Undo" }));

  await waitFor(() => expect(window.location.pathname).toBe("/runs/run-2"));
  expect(server.sent("UndoStart")).toEqual([
    { input: { runId: "run-1", recordId: "contact:1", fieldIds: ["m-1"], force: false } },
  ]);
});
