import { screen, waitFor, within } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { expect, it } from "vitest";
import type { AccessLevel, Privilege, RecordKind } from "../../gql/graphql";
import { page } from "../../test/pages";
import { principal, role } from "../../test/securityFixtures";
import { renderWith, startServer } from "../../test/server";
import SecurityPage from "./SecurityPage";

interface Update {
  input: {
    expectedRevision: number;
    privileges: { kind: RecordKind; privilege: Privilege; level: AccessLevel }[];
  };
}

const READS = role({ privileges: [{ kind: "CONTACT", privilege: "READ", level: "USER" }] });

/** A role that takes changes as the server does: by revision, only the named cells. */
function open(first = READS, extra: Record<string, unknown> = {}) {
  let current = first;
  const change = (privileges: Update["input"]["privileges"]) => {
    const named = new Set(privileges.map((one) => `${one.kind} ${one.privilege}`));
    const kept = current.privileges.filter((one) => !named.has(`${one.kind} ${one.privilege}`));
    const set = privileges.filter((one) => one.level !== "NONE");
    current = { ...current, privileges: [...kept, ...set], revision: current.revision + 1 };
  };
  const server = startServer({
    viewer: { canAdminister: true },
    securityRoles: () => page([current]),
    securityRoleUpdate: ({ input }: Update) => {
      if (input.expectedRevision !== current.revision) {
        return { securityRole: null, errors: [{ code: "STALE_REVISION", message: "Changed meanwhile." }] };
      }
      change(input.privileges);
      return { securityRole: current, errors: [] };
    },
    ...extra,
  });
  renderWith(server, <SecurityPage id={null} tab="roles" />);
  return { server, change };
}

const cell = (name: string) => screen.findByRole("button", { name });

it("turns a circle to the next level, keeps it as a draft and saves all of it at once", async () => {
  const { server } = open();

  await userEvent.click(await cell("Contacts, read: user"));
  await userEvent.click(await cell("Tasks, share: none"));

  await cell("Contacts, read: business unit, was user");
  expect(await screen.findByText("2 changes of Salesperson not saved")).toBeDefined();
  expect(server.sent("SecurityRoleUpdate")).toEqual([]);

  await userEvent.click(screen.getByRole("button", { name: "Save" }));

  await cell("Contacts, read: business unit");
  expect(server.sent("SecurityRoleUpdate")).toEqual([
    {
      input: {
        roleId: "role-sales",
        expectedRevision: 5,
        privileges: [
          { kind: "CONTACT", privilege: "READ", level: "BUSINESS_UNIT" },
          { kind: "TASK", privilege: "SHARE", level: "USER" },
        ],
      },
    },
  ]);
  expect(screen.queryByRole("region", { name: "Unsaved changes" })).toBeNull();
});

it("discards the draft without asking the server", async () => {
  const { server } = open();
  await userEvent.click(await cell("Contacts, read: user"));

  await userEvent.click(await screen.findByRole("button", { name: "Discard" }));

  await cell("Contacts, read: user");
  expect(server.sent("SecurityRoleUpdate")).toEqual([]);
});

it("is one tab stop in which arrows move, Space turns and digits choose", async () => {
  open();
  const start = await cell("Contacts, create: none");
  const grid = screen.getByRole("grid", { name: "Privileges of Salesperson" });
  const stops = () =>
    within(grid)
      .getAllByRole("button")
      .filter((one) => one.tabIndex === 0);
  expect(stops()).toEqual([start]);
  start.focus();

  await userEvent.keyboard("{ArrowRight}4");
  expect(document.activeElement?.getAttribute("aria-label")).toBe("Contacts, read: organization, was user");
  await userEvent.keyboard("{ArrowDown} ");
  expect(document.activeElement?.getAttribute("aria-label")).toBe("Appointments, read: user, was none");
  await userEvent.keyboard("0");
  expect(document.activeElement?.getAttribute("aria-label")).toBe("Appointments, read: none");

  expect(stops()).toHaveLength(1);
  expect(screen.getByText("1 change of Salesperson not saved")).toBeDefined();
});

it("offers to reload when somebody was faster, and keeps the wishes", async () => {
  const { server, change } = open();
  await userEvent.click(await cell("Contacts, read: user"));
  change([{ kind: "FAX", privilege: "DELETE", level: "ORGANIZATION" }]);

  await userEvent.click(screen.getByRole("button", { name: "Save" }));

  const bar = within(await screen.findByRole("region", { name: "Unsaved changes" }));
  expect((await bar.findByRole("alert")).textContent).toContain("Somebody changed Salesperson meanwhile.");
  expect(bar.getByRole<HTMLButtonElement>("button", { name: "Save" }).disabled).toBe(true);

  await userEvent.click(bar.getByRole("button", { name: "Reload" }));
  await cell("Faxes, delete: organization");
  await userEvent.click(bar.getByRole("button", { name: "Save" }));

  await cell("Contacts, read: business unit");
  const revisions = server.sent("SecurityRoleUpdate").map((one) => (one as unknown as Update).input.expectedRevision);
  expect(revisions).toEqual([5, 6]);
});

it("shows why a role in use is not deleted", async () => {
  const message = "Two users hold this role; take it away from them first.";
  const held = role({ holders: page([principal("p1", "Ada")]) });
  open(held, { securityRoleDelete: { roleId: null, errors: [{ code: "IN_USE", message }] } });

  await userEvent.click(await screen.findByRole("button", { name: "Delete" }));
  const dialog = within(await screen.findByRole("alertdialog", { name: "Delete Salesperson?" }));
  await userEvent.click(dialog.getByRole("button", { name: "Delete" }));

  expect((await dialog.findByRole("alert")).textContent).toContain(message);
  expect(screen.getByRole("grid", { name: "Privileges of Salesperson" })).toBeDefined();
});

it("makes a copy and puts a refused name under its field", async () => {
  const message = "There is a role of this name.";
  const errors = [{ code: "INVALID_INPUT", message, path: ["input", "name"] }];
  const { server } = open(READS, { securityRoleCreate: { securityRole: null, errors } });

  await userEvent.click(await screen.findByRole("button", { name: "Copy" }));
  const dialog = within(await screen.findByRole("dialog", { name: "New security role" }));
  await userEvent.click(dialog.getByRole("button", { name: "Create" }));

  expect(await dialog.findByText(message)).toBeDefined();
  expect(dialog.getByLabelText(/^Name/).getAttribute("aria-invalid")).toBe("true");
  expect(server.sent("SecurityRoleCreate")).toMatchObject([
    { input: { name: "Salesperson (copy)", copyOf: "role-sales", inheritance: "DIRECT" } },
  ]);
});

it("says who holds the role", async () => {
  open(role({ holders: page([principal("p1", "Ada"), principal("t1", "Sales team", { kind: "OWNER_TEAM" })]) }));

  const list = await screen.findByRole("list", { name: "Holders of Salesperson" });

  expect(
    within(list)
      .getAllByRole("listitem")
      .map((one) => one.textContent),
  ).toEqual(["Ada", "Sales team"]);
});

it("reads the rest of a long list of holders, page after page, when somebody wants to see it", async () => {
  const people = Array.from({ length: 15 }, (_, n) => principal(`p${n}`, `Person ${n}`));
  const held = role({ holders: page(people.slice(0, 12), people.length) });
  const holders = ({ after }: { after: string | null }) =>
    after === "c"
      ? page(people.slice(13))
      : { ...page(people.slice(0, 13), 15), pageInfo: { hasNextPage: true, endCursor: "c" } };
  const { server } = open(held, { node: { __typename: "SecurityRole", ...held, holders } });
  const list = within(await screen.findByRole("list", { name: "Holders of Salesperson" }));
  expect(screen.getByText("Who holds it (15)")).toBeDefined();
  expect(server.sent("RoleHolders")).toEqual([]);

  await userEvent.click(list.getByRole("button", { name: "Show 3 more" }));

  await waitFor(() => expect(list.getAllByRole("listitem")).toHaveLength(15));
  expect(list.queryByRole("button")).toBeNull();
  expect(server.sent("RoleHolders").map((one) => one.after)).toEqual([null, "c"]);
});

it("tells who is no administrator so, and asks for nothing", async () => {
  const server = startServer({ viewer: { canAdminister: false } });
  renderWith(server, <SecurityPage id={null} tab="roles" />);

  expect(await screen.findByText("Only administrators see this page")).toBeDefined();
  await waitFor(() => expect(server.sent("SecurityPage")).toHaveLength(1));
  expect(server.sent("RolesTab")).toEqual([]);
  expect(screen.queryByRole("tab")).toBeNull();
});
