import { screen, waitFor, within } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { expect, it } from "vitest";
import { ADA, MARA, viewer } from "../../test/fixtures";
import { renderWith, startServer } from "../../test/server";
import ContactsPage from "./ContactsPage";

const TEAM = { __typename: "Principal", id: "t1", name: "Sales", userName: null, kind: "OWNER_TEAM", rights: null };

function contact(part: Record<string, unknown> = {}) {
  return {
    id: "c1",
    version: 7,
    createdAt: "2026-11-01T10:00:00Z",
    modifiedAt: "2026-11-02T10:00:00Z",
    fullName: "Yvonne McKay",
    jobTitle: "Buyer",
    owner: ADA,
    withheld: [],
    masked: [],
    viewerCan: ["READ"],
    shares: [],
    columnGrants: [],
    ...part,
  };
}

type Contact = ReturnType<typeof contact>;

function open(nodes: Contact[], root: Record<string, unknown> = {}, id: string | null = null) {
  const server = startServer({
    viewer: viewer(),
    contacts: { nodes, totalCount: nodes.length, pageInfo: { hasNextPage: false } },
    contact: nodes.find((one) => one.id === id) ?? null,
    columns: [{ kind: "CONTACT", attribute: "governmentid", label: "Government ID", secured: true }],
    ...root,
  });
  renderWith(server, <ContactsPage id={id} />);
  return server;
}

// By heading and form: without layout the focus trap may hide a dialog, and a hidden one has no name.
async function panel() {
  const heading = await screen.findByRole("heading", { name: "Yvonne McKay" });
  return within(heading.closest<HTMLElement>('[role="dialog"]') as HTMLElement);
}

it("lists contacts by name and says which hide something", async () => {
  const withheld = [{ field: "governmentId", attribute: "governmentid", rule: "Secured." }];
  const server = open([contact(), contact({ id: "c2", fullName: null, emailAddress1: "paul@example.org", withheld })]);

  const list = await screen.findByRole("list", { name: "Contacts" });

  const rows = within(list).getAllByRole("link");
  expect(rows.map((row) => row.getAttribute("href"))).toEqual(["/contacts/c1", "/contacts/c2"]);
  expect(rows[1]?.textContent).toContain("paul@example.org");
  expect(within(list).getAllByLabelText("1 field withheld from you")).toHaveLength(1);
  expect(server.sent("ContactsPage")).toEqual([{ first: 50, orderBy: { field: "FULL_NAME", descending: false } }]);
});

it("asks the server for what is searched and for another order", async () => {
  const server = open([contact()]);
  await screen.findByRole("list", { name: "Contacts" });

  await userEvent.type(screen.getByRole("searchbox", { name: "Search contacts" }), " kay ");
  await waitFor(() =>
    expect(server.sent("ContactsPage").at(-1)).toMatchObject({ filter: { fullName: { contains: "kay" } } }),
  );
  await userEvent.click(screen.getByRole("combobox", { name: "Order" }));
  await userEvent.click(await screen.findByRole("option", { name: "Last changed first" }));

  await waitFor(() =>
    expect(server.sent("ContactsPage").at(-1)).toMatchObject({
      filter: { fullName: { contains: "kay" } },
      orderBy: { field: "MODIFIED", descending: true },
    }),
  );
});

it("tells an empty list from a search without a hit", async () => {
  open([]);
  expect(await screen.findByText("No contact to see")).toBeDefined();

  await userEvent.type(screen.getByRole("searchbox", { name: "Search contacts" }), "zzz");

  await userEvent.click(await screen.findByRole("button", { name: "Clear the search" }));
  expect(await screen.findByText("No contact to see")).toBeDefined();
});

it("loads more as the list grows, from its beginning", async () => {
  const server = open([contact()], {
    contacts: { nodes: [contact()], totalCount: 120, pageInfo: { hasNextPage: true } },
  });

  await userEvent.click(await screen.findByRole("button", { name: "Load more (119 contacts)" }));

  await waitFor(() => expect(server.sent("ContactsPage").at(-1)).toMatchObject({ first: 100 }));
});

it("shows a lock with the rule for what is withheld, and says what is masked", async () => {
  const rule = "No field profile lets you read governmentid.";
  open(
    [
      contact({
        mobilePhone: "****1234",
        masked: ["mobilePhone"],
        withheld: [{ field: "governmentId", attribute: "governmentid", rule }],
      }),
    ],
    {},
    "c1",
  );

  const dialog = await panel();
  const personal = await dialog.findByRole("region", { name: "Personal" });

  expect(personal.textContent).toContain(`Government ID${rule}`);
  expect(within(personal).getByLabelText("Withheld")).toBeDefined();
  expect(dialog.getByRole("region", { name: "Phone" }).textContent).toContain("****1234 masked");
});

it("offers nothing to somebody who may only read", async () => {
  open([contact()], { viewer: viewer({ canAdminister: false }) }, "c1");

  const dialog = await panel();
  await dialog.findByRole("region", { name: "Shared with" });

  for (const name of ["Share", "Assign", "Grant a column"]) {
    expect(dialog.queryByRole("button", { name })).toBeNull();
  }
});

it("lets somebody with the right share with those they know, and grant no more than they have", async () => {
  const principal = { ...ADA, rights: { manager: MARA, teams: [TEAM] } };
  const shared = contact({ viewerCan: ["READ", "SHARE"], shares: [{ principal: TEAM, rights: ["READ"] }] });
  const server = open(
    [contact({ viewerCan: ["READ", "SHARE"] })],
    {
      viewer: viewer({ canAdminister: false, principal }),
      recordShareSet: { contact: shared, errors: [] },
    },
    "c1",
  );
  await userEvent.click(await (await panel()).findByRole("button", { name: "Share" }));
  const form = within(await screen.findByRole("form", { name: "Share this contact" }));
  expect(form.getAllByRole("checkbox").map((box) => (box as HTMLInputElement).labels?.[0]?.textContent)).toEqual([
    "Read",
    "Share",
  ]);

  await userEvent.click(form.getByRole("combobox", { name: /^With/ }));
  await userEvent.click(await screen.findByRole("option", { name: /Sales/ }));
  await userEvent.click(form.getByRole("button", { name: "Share" }));

  await waitFor(() =>
    expect(server.sent("RecordShareSet")).toEqual([{ input: { recordId: "c1", principalId: "t1", rights: ["READ"] } }]),
  );
  expect(server.sent("SearchPrincipals")).toEqual([]);
  const list = await (await panel()).findByRole("list", { name: "Shared with" });
  expect(list.textContent).toContain("SalesRead");
});

it("stops sharing and shows a refusal in the server's words", async () => {
  const errors = [{ code: "NOT_ALLOWED", message: "You may not share this contact any more.", path: null }];
  const server = open(
    [contact({ viewerCan: ["READ", "SHARE"], shares: [{ principal: MARA, rights: ["READ", "WRITE"] }] })],
    { recordShareSet: { contact: null, errors } },
    "c1",
  );

  await userEvent.click(await (await panel()).findByRole("button", { name: "Stop sharing with Mara" }));

  expect(await screen.findByText("You may not share this contact any more.")).toBeDefined();
  expect(server.sent("RecordShareSet")).toEqual([{ input: { recordId: "c1", principalId: "p2", rights: [] } }]);
});

it("assigns a contact with the version that was seen", async () => {
  const server = open(
    [contact({ viewerCan: ["READ", "ASSIGN"] })],
    { principals: { nodes: [MARA] }, contactAssign: { contact: contact({ owner: MARA, version: 8 }), errors: [] } },
    "c1",
  );
  await userEvent.click(await (await panel()).findByRole("button", { name: "Assign" }));
  const form = within(await screen.findByRole("form", { name: "Assign this contact" }));

  await userEvent.click(form.getByRole("button", { name: "Assign" }));
  expect(await form.findByText("Choose somebody.")).toBeDefined();
  await userEvent.click(form.getByRole("combobox", { name: /^New owner/ }));
  await userEvent.click(await screen.findByRole("option", { name: /Mara/ }));
  await userEvent.click(form.getByRole("button", { name: "Assign" }));

  expect(await screen.findByText("Mara owns the contact now")).toBeDefined();
  expect(server.sent("ContactAssign")).toEqual([{ input: { contactId: "c1", ownerId: "p2", expectedVersion: 7 } }]);
});

it("lets an administrator open a secured column to somebody on this contact, and take it back", async () => {
  const grant = { attribute: "governmentid", principal: MARA, read: true, update: true };
  const server = open(
    [contact()],
    {
      principals: { nodes: [MARA] },
      columnGrantSet: ({ input }: { input: { read: boolean } }) => ({
        contact: contact({ columnGrants: input.read ? [grant] : [] }),
        errors: [],
      }),
    },
    "c1",
  );
  await userEvent.click(await (await panel()).findByRole("button", { name: "Grant a column" }));
  const form = within(await screen.findByRole("form", { name: "Grant a secured column" }));
  await userEvent.click(form.getByRole("combobox", { name: /^To/ }));
  await userEvent.click(await screen.findByRole("option", { name: /Mara/ }));
  await userEvent.click(form.getByRole("checkbox", { name: /Change it too/ }));
  await userEvent.click(form.getByRole("button", { name: "Grant" }));

  const dialog = await panel();
  await userEvent.click(await dialog.findByRole("button", { name: "Take governmentid back from Mara" }));

  expect(await screen.findByText("Taken back from Mara")).toBeDefined();
  const common = { recordId: "c1", attribute: "governmentid", principalId: "p2" };
  expect(server.sent("ColumnGrantSet")).toEqual([
    { input: { ...common, read: true, update: true } },
    { input: { ...common, read: false, update: false } },
  ]);
});

it("says when a contact is not there or not to be seen", async () => {
  open([contact()], {}, "c9");

  expect(await screen.findByText("There is no such contact")).toBeDefined();
});
