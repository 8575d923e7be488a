import { screen, waitFor, within } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { expect, it } from "vitest";
import { page } from "../../test/pages";
import { column, fieldProfile, principal } from "../../test/securityFixtures";
import { renderWith, startServer } from "../../test/server";
import SecurityPage from "./SecurityPage";

const ADA = principal("p1", "Ada");
const MARA = principal("p2", "Mara");
const READS = {
  kind: "CONTACT",
  attribute: "governmentid",
  read: true,
  readUnmasked: false,
  create: false,
  update: false,
};
const PERSONNEL = fieldProfile({ members: page([ADA]), permissions: [READS] });
const NAME_REASON = "Full names are made of other fields.";
const COLUMNS = [
  column("jobtitle", "Job Title"),
  column("governmentid", "Government ID", { secured: true, mask: { keepLast: 4 } }),
  column("fullname", "Full Name", { canBeSecured: false, neverSecurableBecause: NAME_REASON }),
];

function open(extra: Record<string, unknown> = {}, profiles: unknown[] = [PERSONNEL], id: string | null = null) {
  const server = startServer({
    viewer: { canAdminister: true },
    fieldProfiles: page(profiles),
    columns: COLUMNS,
    ...extra,
  });
  renderWith(server, <SecurityPage id={id} tab="fields" />);
  return server;
}

it("hides what can never be secured until asked, and says why", async () => {
  open();
  await screen.findByTestId("column-jobtitle");
  expect(screen.queryByTestId("column-fullname")).toBeNull();

  await userEvent.click(screen.getByRole("button", { name: "Never securable (1)" }));

  const row = within(await screen.findByTestId("column-fullname"));
  expect(row.getByText(NAME_REASON)).toBeDefined();
  expect(row.queryByRole("switch")).toBeNull();
});

it("warns before a field is secured that nobody may read, and secures it then", async () => {
  const secured = column("jobtitle", "Job Title", { secured: true });
  const server = open({ columnSecure: { column: secured, errors: [] } });

  await userEvent.click(await screen.findByRole("switch", { name: "Job Title secured" }));
  const dialog = within(await screen.findByRole("dialog", { name: "Secure Job Title?" }));

  expect(dialog.getByRole("alert").textContent).toContain("Everybody but administrators is locked out.");
  expect(server.sent("ColumnSecure")).toEqual([]);
  await userEvent.click(dialog.getByRole("button", { name: "Secure" }));

  await waitFor(() => expect(screen.getByTestId("column-jobtitle").dataset.secured).toBe("true"));
  expect(server.sent("ColumnSecure")).toEqual([{ input: { kind: "CONTACT", attribute: "jobtitle", mask: null } }]);
});

it("does not warn when a field profile lets somebody read", async () => {
  const permissions = [READS, { ...READS, attribute: "jobtitle" }];
  open({}, [fieldProfile({ members: page([ADA]), permissions })]);

  await userEvent.click(await screen.findByRole("switch", { name: "Job Title secured" }));
  const dialog = within(await screen.findByRole("dialog", { name: "Secure Job Title?" }));

  expect(dialog.queryByRole("alert")).toBeNull();
});

it("shows why a field is not secured after all", async () => {
  const message = "This field can never be secured.";
  open({ columnSecure: { column: null, errors: [{ code: "NEVER_SECURABLE", message, path: null }] } });
  await userEvent.click(await screen.findByRole("switch", { name: "Job Title secured" }));
  const dialog = within(await screen.findByRole("dialog", { name: "Secure Job Title?" }));

  await userEvent.click(dialog.getByRole("button", { name: "Secure" }));

  expect(await dialog.findByText(message)).toBeDefined();
});

it("changes the mask of a secured field", async () => {
  const server = open({ columnSecure: { column: COLUMNS[1], errors: [] } });
  await userEvent.click(await screen.findByRole("button", { name: "Mask: last 4: Government ID" }));
  const dialog = within(await screen.findByRole("dialog", { name: "Mask of Government ID" }));
  const input = dialog.getByLabelText(/^Shows only the last/);

  await userEvent.clear(input);
  await userEvent.click(dialog.getByRole("button", { name: "Save" }));
  expect(await dialog.findByText("Enter a whole number, 0 or more.")).toBeDefined();
  await userEvent.type(input, "2");
  await userEvent.click(dialog.getByRole("button", { name: "Save" }));

  await waitFor(() =>
    expect(server.sent("ColumnSecure")).toEqual([
      { input: { kind: "CONTACT", attribute: "governmentid", mask: { keepLast: 2 } } },
    ]),
  );
});

it("asks before it releases a field", async () => {
  const free = { ...COLUMNS[1], secured: false, mask: null };
  const server = open({ columnRelease: { column: free, errors: [] } });
  await userEvent.click(await screen.findByRole("switch", { name: "Government ID secured" }));
  expect(server.sent("ColumnRelease")).toEqual([]);

  await userEvent.click(await screen.findByRole("button", { name: "Release" }));

  await waitFor(() => expect(screen.getByTestId("column-governmentid").dataset.secured).toBe("false"));
});

it("gathers the toggles of one profile and saves whole permissions", async () => {
  const after = { ...READS, read: true, readUnmasked: true, update: true };
  const server = open({
    fieldProfileUpdate: { fieldProfile: { ...PERSONNEL, revision: 3, permissions: [after] }, errors: [] },
  });

  await userEvent.click(await screen.findByRole("checkbox", { name: "Government ID: unmasked" }));
  await userEvent.click(screen.getByRole("checkbox", { name: "Government ID: update" }));
  expect(await screen.findByText("1 change of Personnel not saved")).toBeDefined();
  await userEvent.click(screen.getByRole("button", { name: "Save" }));

  await waitFor(() => expect(screen.queryByRole("region", { name: "Unsaved changes" })).toBeNull());
  expect(server.sent("FieldProfileUpdate")).toEqual([
    { input: { fieldProfileId: "fp-hr", expectedRevision: 2, permissions: [after] } },
  ]);
});

it("offers to reload a profile that somebody changed, and keeps the toggles", async () => {
  let current = PERSONNEL;
  open({
    fieldProfiles: () => page([current]),
    fieldProfileUpdate: () => ({
      fieldProfile: null,
      errors: [{ code: "STALE_REVISION", message: "Changed meanwhile." }],
    }),
  });
  await userEvent.click(await screen.findByRole("checkbox", { name: "Job Title: read" }));
  current = { ...PERSONNEL, revision: 3, permissions: [{ ...READS, create: true }] };

  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  await userEvent.click(await screen.findByRole("button", { name: "Reload" }));

  const shown = (name: string) => screen.getByRole<HTMLInputElement>("checkbox", { name }).checked;
  await waitFor(() => expect(shown("Government ID: create")).toBe(true));
  expect(shown("Job Title: read")).toBe(true);
  expect(screen.getByRole<HTMLButtonElement>("button", { name: "Save" }).disabled).toBe(false);
});

it("edits one of many profiles and sums the others up", async () => {
  const others = ["Legal", "Board"].map((name) => fieldProfile({ id: name, name, permissions: [READS] }));
  open({}, [...others, PERSONNEL], "fp-hr");

  const row = await screen.findByTestId("column-governmentid");

  expect(row.textContent).toContain("Also Legal (read), Board (read)");
  expect(within(row).getByRole<HTMLInputElement>("checkbox", { name: "Government ID: read" }).checked).toBe(true);
});

it("adds a member found by name", async () => {
  const server = open({
    principals: ({ search }: { search: string | null }) => page(search === "mar" ? [MARA] : [ADA, MARA]),
    node: { __typename: "FieldProfile", ...PERSONNEL },
    fieldProfileUpdate: { fieldProfile: { ...PERSONNEL, members: page([ADA, MARA]) }, errors: [] },
  });
  await userEvent.click(await screen.findByRole("button", { name: "Edit and members" }));
  const dialog = within(await screen.findByRole("dialog", { name: "Edit Personnel" }));

  await userEvent.type(await dialog.findByRole("combobox", { name: "Members" }), "mar");
  await userEvent.click(await screen.findByRole("option", { name: /^Mara/ }));
  await userEvent.click(dialog.getByRole("button", { name: "Save" }));

  await waitFor(() => expect(server.sent("FieldProfileEdit")).toMatchObject([{ input: { memberIds: ["p1", "p2"] } }]));
});
