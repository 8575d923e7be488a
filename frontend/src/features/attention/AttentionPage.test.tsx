import { screen, waitFor, within } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { afterEach, expect, it } from "vitest";
import type { AttentionTab } from "../../lib/routes";
import { ADA } from "../../test/fixtures";
import { renderWith, startServer } from "../../test/server";
import AttentionPage from "./AttentionPage";

const NANCY = { id: "mb-1", name: "Nancy", viewerCanSync: true };
const SAM = { id: "mb-2", name: "Sam", viewerCanSync: false };

const CONFLICT = {
  id: "c-1",
  kind: "CONTACT",
  state: "OPEN",
  reason: "both sides changed",
  choice: null,
  foundAt: "2026-11-02T10:00:00Z",
  resolvedAt: null,
  revision: 3,
  subject: "Paula",
  crmValue: ["Buyer"],
  outlookValue: ["Chief buyer"],
  value: null,
  viewerCanResolve: true,
  mapping: { id: "m-1", outlookLabel: "Job Title", crmLabel: "Job Title", crmAttributes: ["jobtitle"] },
  mailbox: NANCY,
  resolvedBy: null,
};

const LETTER = {
  id: "d-1",
  kind: "CONTACT",
  side: "OUTLOOK",
  state: "DEAD",
  code: "BROKEN_ITEM",
  message: "The card cannot be read.",
  remedy: "Save it again.",
  attempts: 10,
  firstAt: "2026-11-02T10:00:00Z",
  lastAt: "2026-11-02T11:00:00Z",
  nextAt: null,
  subject: "paula.vcf",
  mailbox: NANCY,
};

const HELD = {
  id: "h-1",
  kind: "CONTACT",
  action: "DELETE_ITEM",
  heldAt: "2026-11-02T10:00:00Z",
  releasedAt: null,
  subject: "Paula",
  mailbox: NANCY,
  releasedBy: null,
};

const COPY = {
  id: "q-1",
  kind: "CONTACT",
  side: "CRM",
  deletedAt: "2026-11-02T10:00:00Z",
  expiresAt: "2026-12-02T10:00:00Z",
  restoredAt: null,
  subject: "Paula",
  run: { id: "run-1" },
  mailbox: NANCY,
};

const LOST = {
  id: "l-1",
  side: "OUTLOOK",
  lostAt: "2026-11-02T10:00:00Z",
  expiresAt: "2027-01-31T10:00:00Z",
  restoredAt: null,
  kind: "CONTACT",
  recordId: "contact:1",
  subject: "Paula",
  value: ["Buyer"],
  mapping: { id: "m-1", outlookLabel: "Job Title" },
  run: { id: "run-1" },
  mailbox: NANCY,
};

const REVIEW = {
  id: "matchReview:1",
  kind: "CONTACT",
  subject: "Ada Lovelace",
  reason: "SEVERAL",
  choice: null,
  chosenRecordId: null,
  foundAt: "2026-11-02T10:00:00Z",
  candidates: [
    {
      recordId: "contact:1",
      subject: "Ada Lovelace",
      record: { __typename: "Contact", id: "contact:1", jobTitle: "Countess", company: "Looms" },
    },
    { recordId: "contact:2", subject: "Ada Lovelace", record: null },
  ],
  decidedBy: null,
  mailbox: NANCY,
};

type Lists = Partial<
  Record<"matchReviews" | "conflicts" | "deadLetters" | "heldDeletions" | "quarantine" | "history", object[]>
>;

const page = (nodes: object[]) => ({ nodes, totalCount: nodes.length, pageInfo: { hasNextPage: false } });

/** The lists as functions, so that a test may take something away from them. */
function open(tab: AttentionTab, lists: Lists, extra: Record<string, unknown> = {}, address = `/attention/${tab}`) {
  window.history.replaceState(null, "", address);
  const server = startServer({
    mailboxes: { nodes: [NANCY, SAM] },
    conflicts: () => page(lists.conflicts ?? []),
    matchReviews: () => page(lists.matchReviews ?? []),
    deadLetters: () => page(lists.deadLetters ?? []),
    heldDeletions: () => page(lists.heldDeletions ?? []),
    quarantine: () => page(lists.quarantine ?? []),
    history: () => page(lists.history ?? []),
    ...extra,
  });
  renderWith(server, <AttentionPage tab={tab} />);
  return server;
}

afterEach(() => window.history.replaceState(null, "", "/"));

it("decides a conflict for Outlook, against what was seen, and leads to the run", async () => {
  const lists: Lists = { conflicts: [CONFLICT] };
  const server = open("conflicts", lists, {
    conflictResolve: () => {
      lists.conflicts = [];
      return {
        conflict: { ...CONFLICT, state: "RESOLVED", choice: "OUTLOOK", resolvedBy: ADA },
        run: { id: "run-9" },
        errors: [],
      };
    },
  });
  const item = await screen.findByRole("article", { name: "Job Title of Paula" });
  expect(item.textContent).toContain("Buyer");
  expect(item.textContent).toContain("Chief buyer");

  await userEvent.click(within(item).getByRole("button", { name: /^Keep Outlook's value/ }));

  expect(await screen.findByText("No conflict waits for you")).toBeDefined();
  expect((await screen.findByRole("link", { name: "See the run" })).getAttribute("href")).toBe("/runs/run-9");
  expect(server.sent("ConflictResolve")).toEqual([
    { input: { conflictId: "c-1", choice: "OUTLOOK", expectedRevision: 3 } },
  ]);
});

it("keeps another value that the CRM cannot hold, with the reason", async () => {
  const message = "The CRM cannot hold this value in Job Title.";
  const server = open(
    "conflicts",
    { conflicts: [CONFLICT] },
    {
      conflictResolve: { conflict: null, run: null, errors: [{ code: "INVALID_INPUT", message, path: null }] },
    },
  );

  await userEvent.click(await screen.findByRole("button", { name: /^Another value/ }));
  const dialog = within(await screen.findByRole("dialog"));
  await userEvent.type(dialog.getByLabelText("Job Title"), " for life");
  await userEvent.click(dialog.getByRole("button", { name: "Decide" }));

  expect(await dialog.findByText(message)).toBeDefined();
  expect(dialog.getByLabelText<HTMLTextAreaElement>("Job Title").value).toBe("Buyer for life");
  expect(server.sent("ConflictResolve")).toMatchObject([{ input: { choice: "VALUE", value: ["Buyer for life"] } }]);
});

it("shows what changed meanwhile when a conflict has moved on", async () => {
  const lists: Lists = { conflicts: [CONFLICT] };
  open("conflicts", lists, {
    conflictResolve: () => {
      lists.conflicts = [{ ...CONFLICT, revision: 4, outlookValue: ["Director"] }];
      return { conflict: null, run: null, errors: [{ code: "STALE_REVISION", message: "It moved on.", path: null }] };
    },
  });

  await userEvent.click(await screen.findByRole("button", { name: /^Keep Outlook's value/ }));

  expect(await screen.findByText("It moved on.")).toBeDefined();
  expect(await screen.findByText("Director")).toBeDefined();
});

it("shows a reader a withheld conflict without values and without buttons", async () => {
  open("conflicts", {
    conflicts: [{ ...CONFLICT, subject: "***", crmValue: null, outlookValue: null, viewerCanResolve: false }],
  });

  const item = await screen.findByRole("article", { name: "Job Title of ***" });

  expect(within(item).getAllByText("Your rights do not open it")).toHaveLength(2);
  expect(within(item).queryByRole("button")).toBeNull();
});

it("narrows every list to one mailbox, in the address too", async () => {
  const server = open("failed", { deadLetters: [LETTER] });

  await userEvent.selectOptions(await screen.findByLabelText("Mailbox"), "Sam");

  await waitFor(() => expect(window.location.search).toBe("?mailbox=mb-2"));
  await waitFor(() => expect(server.sent("FailedTab").at(-1)).toMatchObject({ mailboxId: "mb-2" }));
  expect(server.sent("AttentionCounts").at(-1)).toEqual({ mailboxId: "mb-2" });
});

it("says why something failed and tries it again, where one may", async () => {
  const server = open(
    "failed",
    { deadLetters: [LETTER, { ...LETTER, id: "d-2", subject: "x.vcf", mailbox: SAM }] },
    {
      deadLetterRetry: { deadLetters: [{ ...LETTER, state: "WAITING", nextAt: "2026-11-02T11:00:00Z" }], errors: [] },
    },
  );
  const item = await screen.findByRole("article", { name: "paula.vcf" });
  expect(item.textContent).toContain("The card cannot be read.");
  expect(item.textContent).toContain("Save it again.");

  await userEvent.click(within(item).getByRole("button", { name: "Try again: paula.vcf" }));

  await waitFor(() => expect(server.sent("DeadLetterRetry")).toEqual([{ input: { deadLetterIds: ["d-1"] } }]));
  expect(screen.queryByRole("button", { name: "Try again: x.vcf" })).toBeNull();
});

it("releases the held deletions that were chosen, after saying how many", async () => {
  const others = [
    { ...HELD, id: "h-2", subject: "Victor", action: "UNLINK" },
    { ...HELD, id: "h-3", subject: "Wanda" },
  ];
  const lists: Lists = { heldDeletions: [HELD, ...others] };
  const server = open("held", lists, {
    heldRelease: () => {
      lists.heldDeletions = others.slice(1);
      return { heldDeletions: [], run: null, errors: [] };
    },
  });
  await userEvent.click(await screen.findByLabelText("Paula"));
  await userEvent.click(screen.getByLabelText("Victor"));
  await userEvent.click(screen.getByRole("button", { name: "Carry out the chosen (2)" }));
  const dialog = within(await screen.findByRole("alertdialog"));
  expect(dialog.getByText("Of Nancy: 1 deleted from Outlook, 1 unlinked.")).toBeDefined();
  expect(server.sent("HeldRelease")).toEqual([]);

  await userEvent.click(dialog.getByRole("button", { name: "Carry out 2 deletions" }));

  await waitFor(() => expect(screen.queryByLabelText("Victor")).toBeNull());
  expect(server.sent("HeldRelease")).toEqual([{ input: { mailboxId: "mb-1", heldDeletionIds: ["h-1", "h-2"] } }]);
});

it("releases all of a mailbox by name, so that what is held later stays held", async () => {
  const lists: Lists = { heldDeletions: [HELD, { ...HELD, id: "h-2", releasedAt: "2026-11-02T11:00:00Z" }] };
  const server = open("held", lists, { heldRelease: { heldDeletions: [], run: { id: "run-9" }, errors: [] } });

  await userEvent.click(await screen.findByRole("button", { name: "Carry out all of Nancy" }));
  await userEvent.click(await screen.findByRole("button", { name: "Carry out 1 deletion" }));

  await waitFor(() =>
    expect(server.sent("HeldRelease")).toEqual([{ input: { mailboxId: "mb-1", heldDeletionIds: ["h-1"] } }]),
  );
});

it("only lists held deletions for whoever may not release them", async () => {
  open("held", { heldDeletions: [{ ...HELD, mailbox: SAM }] });

  expect(await screen.findByText("Paula")).toBeDefined();
  expect(screen.queryByRole("checkbox")).toBeNull();
  expect(screen.queryByRole("button", { name: /^Carry out/ })).toBeNull();
});

it("puts a deleted record back, or says what the server said", async () => {
  const answers = [
    { quarantined: null, run: null, errors: [{ code: "MAILBOX_BUSY", message: "A run is under way.", path: null }] },
    { quarantined: { ...COPY, restoredAt: "2026-11-03T10:00:00Z" }, run: { id: "run-9" }, errors: [] },
  ];
  open("quarantine", { quarantine: [COPY] }, { quarantineRestore: () => answers.shift() });
  const put = await screen.findByRole("button", { name: "Put back Paula" });

  await userEvent.click(put);
  expect(await screen.findByText("A run is under way.")).toBeDefined();
  await userEvent.click(put);

  expect(await screen.findByText("Putting back Paula")).toBeDefined();
});

it("puts a value back that gave way, and says that it was", async () => {
  const lists: Lists = { history: [LOST] };
  const server = open("history", lists, {
    lostValueRestore: () => {
      const lostValue = { ...LOST, restoredAt: "2026-11-03T10:00:00Z" };
      lists.history = [lostValue];
      return { lostValue, run: null, errors: [] };
    },
  });
  const item = await screen.findByRole("article", { name: "Job Title of Paula" });
  expect(item.textContent).toContain("Buyer");

  await userEvent.click(within(item).getByRole("button", { name: "Put back Job Title of Paula" }));

  await waitFor(() => expect(within(item).queryByRole("button")).toBeNull());
  expect(server.sent("LostValueRestore")).toEqual([{ input: { lostValueId: "l-1" } }]);
  expect(await screen.findByText("The next run of the mailbox carries it out.")).toBeDefined();
});

it("offers nothing to put back of a value that is withheld", async () => {
  open("history", { history: [{ ...LOST, subject: "***", recordId: null, value: null }] });

  const item = await screen.findByRole("article", { name: "Job Title of ***" });

  expect(within(item).getByText("Your rights do not open it")).toBeDefined();
  expect(within(item).queryByRole("button")).toBeNull();
});

it("tells what one record lost, and goes back to everything", async () => {
  const server = open("history", { history: [LOST] }, {}, "/attention/history?record=contact%3A1");
  await waitFor(() => expect(server.sent("HistoryTab")[0]).toMatchObject({ recordId: "contact:1" }));

  await userEvent.click(await screen.findByRole("button", { name: "Show everything" }));

  await waitFor(() => expect(server.sent("HistoryTab").at(-1)).toMatchObject({ recordId: null }));
  expect(window.location.search).toBe("");
});

it("asks which record an item is and sends the one that was picked", async () => {
  const decided = { ...REVIEW, choice: "LINK", chosenRecordId: "contact:2", decidedBy: { id: "p-1", name: "Ada" } };
  const lists = { matchReviews: [REVIEW] as object[] };
  const server = open("questions", lists, {
    matchReviewsDecide: () => {
      lists.matchReviews = [decided];
      return { matchReviews: [decided], errors: [] };
    },
  });

  const decide = await screen.findByRole("button", { name: "Decide: Ada Lovelace" });
  expect(decide).toHaveProperty("disabled", true);
  expect(screen.getByRole("radio", { name: "It is Ada Lovelace in the CRM Countess · Looms" })).toBeDefined();
  await userEvent.click(screen.getByRole("radio", { name: "It is Ada Lovelace in the CRM (2)" }));
  await userEvent.click(decide);

  await waitFor(() =>
    expect(server.sent("MatchReviewsDecide")).toEqual([
      { input: { decisions: [{ reviewId: "matchReview:1", choice: "LINK", recordId: "contact:2" }] } },
    ]),
  );
  expect(await screen.findByText("Decided, waits for a run")).toBeDefined();
});

it("keeps questions of a mailbox that one may not sync for reading", async () => {
  open("questions", { matchReviews: [{ ...REVIEW, mailbox: SAM }] });

  expect(await screen.findByRole("radio", { name: "Leave it alone" })).toHaveProperty("disabled", true);
  expect(screen.queryByRole("button", { name: /Decide/ })).toBeNull();
});

it("counts what waits beside each part", async () => {
  open("quarantine", { conflicts: [CONFLICT], heldDeletions: [HELD] });

  expect(await screen.findByRole("tab", { name: "Conflicts, 1 waiting" })).toBeDefined();
  expect(screen.getByRole("tab", { name: "Held deletions, 1 waiting" })).toBeDefined();
  expect(screen.getByRole("tab", { name: "Failed" })).toBeDefined();
  expect(await screen.findByText("The quarantine is empty")).toBeDefined();
});
