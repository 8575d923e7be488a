import { screen, within } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { expect, it } from "vitest";
import type { ScopeTab } from "../../lib/routes";
import { ADA, viewer } from "../../test/fixtures";
import { page } from "../../test/pages";
import { MAILBOXES, preview } from "../../test/scopeFixtures";
import { renderWith, startServer } from "../../test/server";
import ScopePage from "./ScopePage";

function open(tab: ScopeTab, root: Record<string, unknown>) {
  const server = startServer({
    viewer: viewer(),
    mailboxes: MAILBOXES,
    syncFilterPreview: preview(),
    ...root,
  });
  renderWith(server, <ScopePage kind="CONTACT" tab={tab} />);
  return server;
}

const RULE = {
  kind: "CONTACT",
  mode: "ALL",
  category: "Tracked to Dynamics 365",
  includesPrivate: false,
  revision: 2,
};

async function pickNancy() {
  await userEvent.click(await screen.findByRole("combobox", { name: "Record" }));
  await userEvent.click(await screen.findByRole("option", { name: "Nancy Davolio" }));
}

it("takes only items with a category in", async () => {
  const server = open("incoming", {
    incomingRules: [RULE],
    incomingRuleUpdate: { incomingRule: { ...RULE, mode: "TRACKED", category: "CRM", revision: 3 }, errors: [] },
  });
  await userEvent.click(await screen.findByRole("button", { name: "Change the rule for contacts" }));
  await userEvent.click(await screen.findByRole("radio", { name: "Items with a category" }));
  const category = screen.getByRole("textbox", { name: "Category" });
  await userEvent.clear(category);
  await userEvent.type(category, "CRM");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));

  expect(await screen.findByText("Items with the category CRM become records.")).toBeDefined();
  expect(server.sent("IncomingRuleUpdate")).toEqual([
    {
      input: { kind: "CONTACT", mode: "TRACKED", category: "CRM", includesPrivate: false, expectedRevision: 2 },
    },
  ]);
});

it("lets a reader see the rules, and tells that service activities only go out", async () => {
  open("incoming", {
    viewer: viewer({ canAdminister: false }),
    incomingRules: [RULE, { ...RULE, kind: "SERVICE_ACTIVITY", mode: "NONE" }],
  });

  expect(await screen.findByText("You can see these rules; only an administrator changes them.")).toBeDefined();
  expect(screen.getByText("They only travel to Outlook.")).toBeDefined();
  expect(screen.queryByRole("button", { name: /Change the rule/ })).toBeNull();
});

it("leaves a record out and takes it back", async () => {
  const kept = { id: "o-1", kind: "CONTACT", recordId: "contact:1", uid: null, name: "Nancy Davolio" };
  let optOuts: unknown[] = [];
  const server = open("opt-outs", {
    optOuts: () => page(optOuts),
    optOutAdd: () => {
      optOuts = [{ ...kept, since: "2026-11-01T10:00:00Z", principal: ADA }];
      return { optOut: optOuts[0], errors: [] };
    },
    optOutRemove: () => {
      optOuts = [];
      return { optOutId: "o-1", errors: [] };
    },
  });
  expect(await screen.findByText("Nothing is left out.")).toBeDefined();
  await userEvent.click(screen.getByRole("button", { name: "Leave one out" }));
  await userEvent.click(await screen.findByRole("button", { name: "Leave out" }));
  expect(await screen.findByText("Fill this in.")).toBeDefined();
  await pickNancy();
  await userEvent.click(screen.getByRole("button", { name: "Leave out" }));

  await userEvent.click(await screen.findByRole("button", { name: "Take back Nancy Davolio" }));

  expect(await screen.findByText("Nothing is left out.")).toBeDefined();
  expect(server.sent("OptOutAdd")).toEqual([{ input: { mailboxId: "mb-1", kind: "CONTACT", recordId: "contact:1" } }]);
  expect(server.sent("OptOutRemove")).toEqual([{ input: { optOutId: "o-1" } }]);
});

it("says why a record does not arrive, and what to do", async () => {
  const failed = {
    stage: "FILTER",
    passed: false,
    rule: "The filter Buyers does not name it.",
    remedy: "Add a filter that names it.",
  };
  const server = open("why", {
    scopeCheck: {
      name: "Nancy Davolio",
      inScope: false,
      failure: failed,
      checks: [{ stage: "MAILBOX", passed: true, rule: "It is synchronized.", remedy: null }, failed],
    },
  });
  await pickNancy();

  const answer = within(await screen.findByRole("region", { name: "Nancy Davolio does not arrive" }));
  const checks = answer.getAllByRole("listitem");
  expect(checks.map((one) => one.dataset.passed)).toEqual(["true", "false"]);
  expect(checks[1]?.textContent).toContain("Add a filter that names it.");
  expect(server.sent("ScopeCheck")).toEqual([{ mailboxId: "mb-1", kind: "CONTACT", recordId: "contact:1" }]);
});

it("shows the server's refusal of a question", async () => {
  open("why", {
    scopeCheck: () => {
      throw new Error("boom");
    },
  });
  await pickNancy();

  expect(await screen.findByText("The question could not be answered")).toBeDefined();
});

it("has nothing to ask about without a mailbox", async () => {
  open("why", { mailboxes: { nodes: [] } });

  expect(await screen.findByText("No mailbox yet")).toBeDefined();
});

it("grows the list of what is left out by a larger page", async () => {
  const out = Array.from({ length: 51 }, (_, n) => ({
    id: `o-${n}`,
    kind: "CONTACT",
    recordId: null,
    uid: `uid-${n}`,
    name: `uid-${n}`,
    since: "2026-11-01T10:00:00Z",
    principal: ADA,
  }));
  open("opt-outs", { optOuts: ({ first }: { first: number }) => page(out.slice(0, first), out.length) });
  await userEvent.click(await screen.findByRole("button", { name: "Load more (1)" }));

  expect(await screen.findByRole("button", { name: "Take back uid-50" })).toBeDefined();
  expect(screen.queryByRole("button", { name: /Load more/ })).toBeNull();
});
