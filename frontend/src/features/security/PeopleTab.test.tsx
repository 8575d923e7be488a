import { screen, waitFor, within } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { expect, it } from "vitest";
import { page } from "../../test/pages";
import { principal, ROOT_UNIT, rights, role } from "../../test/securityFixtures";
import { renderWith, startServer } from "../../test/server";
import SecurityPage from "./SecurityPage";

const SALES_UNIT = { id: "bu-sales", name: "Sales", parent: ROOT_UNIT, principalCount: 1, revision: 4 };
const MANAGER = principal("p2", "Mara");
const ADA = principal("p1", "Ada", { rights: rights({ manager: MANAGER, securityRoles: [role()], isDisabled: true }) });
const TEAM = principal("t1", "Key accounts", {
  kind: "OWNER_TEAM",
  userName: null,
  rights: rights({ members: page([ADA]) }),
});
const UNIT_TEAM = principal("t2", "Contoso", {
  kind: "OWNER_TEAM",
  userName: null,
  rights: rights({ isDefaultTeam: true, members: page([ADA]) }),
});

function open(extra: Record<string, unknown> = {}, people: unknown[] = [ADA, TEAM, UNIT_TEAM]) {
  const server = startServer({
    viewer: { canAdminister: true },
    principals: page(people),
    businessUnits: page([ROOT_UNIT, SALES_UNIT]),
    ...extra,
  });
  renderWith(server, <SecurityPage id={null} tab="people" />);
  return server;
}

const act = async (name: string, action: string) => {
  await userEvent.click(await screen.findByRole("button", { name: `Actions for ${name}` }));
  await userEvent.click(await screen.findByRole("menuitem", { name: action }));
};

it("says where people belong and what they hold", async () => {
  open();

  const table = within(await screen.findByRole("table", { name: "Users and teams" }));
  const ada = table.getByRole("row", { name: /^Ada/ });

  for (const words of ["Disabled", "Contoso", "Manager: Mara", "Salesperson", "Default"]) {
    expect(ada.textContent).toContain(words);
  }
  expect(table.getByRole("row", { name: /^Key accounts/ }).textContent).toContain("1 member");
});

it("searches on the server and says when nobody fits", async () => {
  const server = open({ principals: ({ search }: { search: string | null }) => page(search ? [] : [ADA]) });

  await userEvent.type(await screen.findByRole("searchbox", { name: "Search users and teams" }), "zed");

  expect(await screen.findByText("Nobody fits")).toBeDefined();
  expect(server.sent("PeopleTab").at(-1)).toMatchObject({ search: "zed", first: 50 });
  await userEvent.click(screen.getByRole("button", { name: "Clear the search" }));
  expect(await screen.findByText("Ada")).toBeDefined();
});

it("grows a long list by a larger page", async () => {
  const server = open({ principals: page([ADA], 1001) });

  await userEvent.click(await screen.findByRole("button", { name: "Load more (1,000)" }));

  await waitFor(() => expect(server.sent("PeopleTab").at(-1)).toMatchObject({ first: 100 }));
});

it("moves a user to another unit and takes the manager away", async () => {
  const server = open({ userUpdate: { principal: ADA, errors: [] } });
  await act("Ada", "Edit");
  const dialog = within(await screen.findByRole("dialog", { name: "Edit Ada" }));

  await userEvent.selectOptions(dialog.getByRole("combobox", { name: "Business unit" }), "bu-sales");
  await userEvent.click(dialog.getByRole("button", { name: /Mara/ }));
  await userEvent.click(dialog.getByRole("button", { name: "Save" }));

  await waitFor(() =>
    expect(server.sent("UserUpdate")).toMatchObject([
      { input: { principalId: "p1", businessUnitId: "bu-sales", managerId: null, expectedRevision: 3 } },
    ]),
  );
});

it("puts a cycle of managers under the manager", async () => {
  const message = "Mara reports to Ada already.";
  const errors = [{ code: "RIGHTS_CYCLE", message, path: ["input", "managerId"] }];
  open({ userUpdate: { principal: null, errors } });
  await act("Ada", "Edit");
  const dialog = within(await screen.findByRole("dialog", { name: "Edit Ada" }));

  await userEvent.click(dialog.getByRole("button", { name: "Save" }));

  expect(await dialog.findByText(message)).toBeDefined();
  expect(dialog.getByRole("combobox", { name: "Manager" }).getAttribute("aria-invalid")).toBe("true");
});

it("gives the whole set of roles", async () => {
  const reader = role({ id: "role-read", name: "Reader" });
  const server = open({
    securityRoles: page([role(), reader]),
    principalRolesSet: { principal: ADA, errors: [] },
  });
  await act("Ada", "Roles");
  const dialog = within(await screen.findByRole("dialog", { name: "Roles of Ada" }));

  await userEvent.click(await dialog.findByRole("checkbox", { name: /^Salesperson/ }));
  await userEvent.click(dialog.getByRole("checkbox", { name: /^Reader/ }));
  await userEvent.click(dialog.getByRole("button", { name: "Save" }));

  await waitFor(() =>
    expect(server.sent("PrincipalRolesSet")).toEqual([
      { input: { principalId: "p1", roleIds: ["role-read"], expectedRevision: 3 } },
    ]),
  );
});

it("keeps the members of a team who stand on a later page", async () => {
  const members = ({ after }: { after: string | null }) =>
    after === "c"
      ? page([principal("p9", "Zoe")])
      : { ...page([ADA], 2), pageInfo: { hasNextPage: true, endCursor: "c" } };
  const server = open({
    node: { __typename: "Principal", ...TEAM, rights: rights({ members }) },
    teamUpdate: { principal: TEAM, errors: [] },
  });
  await act("Key accounts", "Edit");
  const dialog = within(await screen.findByRole("dialog", { name: "Edit Key accounts" }));
  await dialog.findByRole("combobox", { name: "Members" });

  await userEvent.click(dialog.getByRole("button", { name: "Save" }));

  await waitFor(() => expect(server.sent("TeamUpdate")).toMatchObject([{ input: { memberIds: ["p1", "p9"] } }]));
});

it("leaves the members of a unit's own team to the unit", async () => {
  const server = open({ teamUpdate: { principal: UNIT_TEAM, errors: [] } });
  await act("Contoso", "Edit");
  const dialog = within(await screen.findByRole("dialog", { name: "Edit Contoso" }));
  expect(dialog.queryByRole("combobox", { name: "Members" })).toBeNull();

  await userEvent.click(dialog.getByRole("button", { name: "Save" }));

  await waitFor(() => expect(server.sent("TeamUpdate")).toHaveLength(1));
  expect(server.sent("TeamUpdate")[0]).toEqual({ input: { principalId: "t2", expectedRevision: 3, name: "Contoso" } });
});

it("shows why a team that owns records is not deleted", async () => {
  const message = "The team owns 12 records.";
  open({ teamDelete: { principalId: null, errors: [{ code: "IN_USE", message }] } });
  await act("Key accounts", "Delete");
  const dialog = within(await screen.findByRole("alertdialog", { name: "Delete Key accounts?" }));

  await userEvent.click(dialog.getByRole("button", { name: "Delete" }));

  expect((await dialog.findByRole("alert")).textContent).toContain(message);
});

it("leads to the history of a person", async () => {
  open();

  await act("Ada", "History");

  expect(window.location.pathname).toBe("/security/audit/p1");
});

it("asks for a name before it makes a user", async () => {
  const server = open();
  await userEvent.click(await screen.findByRole("button", { name: "New user" }));
  const dialog = within(await screen.findByRole("dialog", { name: "New user" }));

  await userEvent.click(dialog.getByRole("button", { name: "Create" }));

  expect(await dialog.findByText("Fill this in.")).toBeDefined();
  expect(server.sent("UserCreate")).toEqual([]);
});
