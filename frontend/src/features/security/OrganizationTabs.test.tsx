import { screen, waitFor, within } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { expect, it } from "vitest";
import type { SecurityTab } from "../../lib/routes";
import { page } from "../../test/pages";
import { ROOT_UNIT } from "../../test/securityFixtures";
import { renderWith, startServer } from "../../test/server";
import SecurityPage from "./SecurityPage";

const SALES = { id: "bu-sales", name: "Sales", parent: ROOT_UNIT, principalCount: 1, revision: 4 };
const WEST = { id: "bu-west", name: "West", parent: SALES, principalCount: 0, revision: 1 };

function open(tab: SecurityTab, root: Record<string, unknown>, id: string | null = null) {
  const server = startServer({ viewer: { canAdminister: true }, ...root });
  renderWith(server, <SecurityPage id={id} tab={tab} />);
  return server;
}

it("draws the tree of units and offers no place inside the one that moves", async () => {
  open("units", { businessUnits: page([WEST, ROOT_UNIT, SALES]) });
  const list = await screen.findByRole("list", { name: "Business units" });
  const depths = within(list)
    .getAllByRole("listitem")
    .map((one) => one.dataset.depth);
  expect(depths).toEqual(["0", "1", "2"]);

  await userEvent.click(screen.getByRole("button", { name: "Edit Sales" }));

  const dialog = within(await screen.findByRole("dialog", { name: "Edit Sales" }));
  const places = within(dialog.getByRole("combobox", { name: "Below" })).getAllByRole("option");
  expect(places.map((one) => one.textContent?.trim())).toEqual(["Contoso"]);
});

it("moves a unit", async () => {
  const server = open("units", {
    businessUnits: page([WEST, ROOT_UNIT, SALES]),
    businessUnitUpdate: { businessUnit: WEST, errors: [] },
  });
  await userEvent.click(await screen.findByRole("button", { name: "Edit West" }));
  const dialog = within(await screen.findByRole("dialog", { name: "Edit West" }));

  await userEvent.selectOptions(dialog.getByRole("combobox", { name: "Below" }), "bu-root");
  await userEvent.click(dialog.getByRole("button", { name: "Save" }));

  await waitFor(() =>
    expect(server.sent("BusinessUnitUpdate")).toEqual([
      { input: { businessUnitId: "bu-west", expectedRevision: 1, name: "West", parentId: "bu-root" } },
    ]),
  );
});

it("renames the root without moving it and never offers to delete it", async () => {
  const server = open("units", {
    businessUnits: page([ROOT_UNIT]),
    businessUnitUpdate: { businessUnit: ROOT_UNIT, errors: [] },
  });
  const remove = await screen.findByRole<HTMLButtonElement>("button", { name: "Delete Contoso" });
  expect(remove.disabled).toBe(true);

  await userEvent.click(screen.getByRole("button", { name: "Edit Contoso" }));
  const dialog = within(await screen.findByRole("dialog", { name: "Edit Contoso" }));
  expect(dialog.queryByRole("combobox", { name: "Below" })).toBeNull();
  await userEvent.type(dialog.getByLabelText(/^Name/), " Ltd");
  await userEvent.click(dialog.getByRole("button", { name: "Save" }));

  await waitFor(() =>
    expect(server.sent("BusinessUnitUpdate")).toEqual([
      { input: { businessUnitId: "bu-root", expectedRevision: 1, name: "Contoso Ltd" } },
    ]),
  );
});

const SETTINGS = { hierarchy: true, hierarchyDepth: 3, managersInSameOrParentUnit: true, revision: 6 };

it("saves the hierarchy, within its limits", async () => {
  const saved = { ...SETTINGS, hierarchyDepth: 5, revision: 7 };
  const server = open("settings", {
    securitySettings: SETTINGS,
    securitySettingsUpdate: { securitySettings: saved, errors: [] },
  });
  const depth = await screen.findByRole("spinbutton", { name: "Depth" });
  await userEvent.clear(depth);
  await userEvent.type(depth, "101");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByText("Enter a whole number from 1 to 100.")).toBeDefined();
  expect(server.sent("SecuritySettingsUpdate")).toEqual([]);

  await userEvent.clear(depth);
  await userEvent.type(depth, "5");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));

  await waitFor(() =>
    expect(server.sent("SecuritySettingsUpdate")).toEqual([
      {
        input: { hierarchy: true, hierarchyDepth: 5, managersInSameOrParentUnit: true, expectedRevision: 6 },
      },
    ]),
  );
});

it("starts over from what somebody else saved meanwhile", async () => {
  let current = SETTINGS;
  open("settings", {
    securitySettings: () => current,
    securitySettingsUpdate: () => ({
      securitySettings: null,
      errors: [{ code: "STALE_REVISION", message: "Changed meanwhile." }],
    }),
  });
  const depth = () => screen.findByRole<HTMLInputElement>("spinbutton", { name: "Depth" });
  await depth();
  current = { ...SETTINGS, hierarchyDepth: 9, revision: 7 };

  await userEvent.click(screen.getByRole("button", { name: "Save" }));

  expect((await screen.findAllByText(/^Somebody changed the settings meanwhile/)).length).toBeGreaterThan(0);
  await waitFor(async () => expect((await depth()).value).toBe("9"));
});

it("shows why a unit that is not empty stays", async () => {
  const message = "Sales holds 1 user.";
  open("units", {
    businessUnits: page([ROOT_UNIT, SALES]),
    businessUnitDelete: { businessUnitId: null, errors: [{ code: "IN_USE", message }] },
  });
  await userEvent.click(await screen.findByRole("button", { name: "Delete Sales" }));
  const dialog = within(await screen.findByRole("alertdialog", { name: "Delete Sales?" }));

  await userEvent.click(dialog.getByRole("button", { name: "Delete" }));

  expect((await dialog.findByRole("alert")).textContent).toContain(message);
});

it("offers another try when the log could not be loaded", async () => {
  let down = true;
  open("audit", {
    auditEvents: () => {
      if (down) throw new Error("down");
      return page([EVENT]);
    },
  });
  const alert = within(await screen.findByRole("alert"));
  expect(alert.getByText("The log could not be loaded")).toBeDefined();

  down = false;
  await userEvent.click(alert.getByRole("button", { name: "Try again" }));

  expect(await screen.findByRole("list", { name: "Changes of rights" })).toBeDefined();
});

const EVENT = {
  id: "ev-1",
  at: "2026-11-02T10:00:00Z",
  actor: "ada (session)",
  principal: { id: "p1", name: "Ada" },
  action: "SECURITY_ROLE_UPDATE",
  targetId: "role-sales",
  targetName: "Salesperson",
  before: { name: "Salesperson", privileges: { CONTACT: { READ: "USER" } } },
  after: { name: "Salesperson", privileges: { CONTACT: { READ: "ORGANIZATION" } } },
};

it("shows who changed what, and only what differs", async () => {
  open("audit", { auditEvents: page([EVENT]) });

  const list = await screen.findByRole("list", { name: "Changes of rights" });
  const changes = within(list).getByRole("table", { name: "Changes of Salesperson" });

  expect(list.textContent).toContain("Security role changed");
  expect(list.textContent).toContain("Ada");
  expect(within(changes).getAllByRole("row")).toHaveLength(1);
  expect(changes.textContent).toContain("Privileges › Contact › Readbefore: user → after: organization");
});

it("filters by what the history is of, and finds back to everything", async () => {
  const server = open("audit", { auditEvents: page([EVENT]) }, "role-sales");

  await userEvent.click(await screen.findByRole("button", { name: "Show everything" }));

  expect(server.sent("AuditTab")[0]).toMatchObject({ targetId: "role-sales" });
  expect(window.location.pathname).toBe("/security/audit");
});
