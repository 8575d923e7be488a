import { screen, waitFor, within } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { expect, it } from "vitest";
import { ADA, MARA, viewer } from "../../test/fixtures";
import { COLUMNS, filterPages, preview, syncFilter } from "../../test/scopeFixtures";
import { renderWith, startServer } from "../../test/server";
import { FiltersTab } from "./FiltersTab";

type Stored = ReturnType<typeof syncFilter>;

function open(filters: Stored[], extra: Record<string, unknown> = {}, canAdminister = true) {
  const server = startServer({
    viewer: viewer({ canAdminister }),
    syncFilters: filterPages(filters),
    syncFilterColumns: COLUMNS,
    syncFilterPreview: preview(),
    ...extra,
  });
  renderWith(server, <FiltersTab kind="CONTACT" />);
  return server;
}

const button = (name: string | RegExp) => screen.findByRole("button", { name });

it("narrows a filter after showing what would leave", async () => {
  const server = open([syncFilter()], {
    syncFilterUpdate: { filter: syncFilter({ revision: 4 }), errors: [] },
  });
  await userEvent.click(await button("Edit My active contacts"));
  const dialog = within(await screen.findByRole("dialog"));

  await userEvent.click(dialog.getByRole("button", { name: "Add a condition" }));
  const second = within(dialog.getByRole("group", { name: "Condition 2" }));
  await userEvent.selectOptions(second.getByRole("combobox", { name: "Field" }), "Job Title");
  expect(dialog.getByRole("status").textContent).toBe("Fill in every value.");
  expect(dialog.getByRole("button", { name: "Save" })).toHaveProperty("disabled", true);
  await userEvent.type(second.getByRole("textbox", { name: "Value" }), "Buyer");

  expect(await dialog.findByText(/28 records would be unlinked: nothing is deleted/)).toBeDefined();
  expect(dialog.getByText("Owner is me and Job Title is Buyer")).toBeDefined();
  expect(dialog.getByText(/For example: Nancy Davolio and 11 more/)).toBeDefined();
  const definition = {
    joint: "ALL",
    rows: [
      { attribute: "ownerid", operator: "IS_ME", value: "" },
      { attribute: "jobtitle", operator: "EQUALS", value: "Buyer" },
    ],
    groups: [],
  };
  await waitFor(() =>
    expect(server.sent("FilterPreview").at(-1)).toMatchObject({
      input: { definition, principalId: ADA.id, filterId: "f-mine" },
    }),
  );
  const values = server.sent("FilterPreview").map((one) => JSON.stringify(one));
  expect(values.filter((one) => one.includes('"jobtitle"') && one.includes('"value":""}]'))).toEqual([]);
  await userEvent.click(dialog.getByRole("button", { name: "Save" }));

  expect(await screen.findByText("My active contacts was saved")).toBeDefined();
  expect(server.sent("SyncFilterUpdate")).toEqual([
    { input: { filterId: "f-mine", name: "My active contacts", definition, excludes: false, expectedRevision: 3 } },
  ]);
});

it("builds groups in groups and says them in words", async () => {
  const server = open([], { syncFilterCreate: { filter: syncFilter({ id: "f-new" }), errors: [] } });
  await userEvent.click(await button("New filter"));
  const dialog = within(await screen.findByRole("dialog"));

  await userEvent.type(dialog.getByRole("textbox", { name: "Name" }), "Open or mine");
  await userEvent.click(dialog.getByRole("button", { name: "Add a group" }));
  await userEvent.click(dialog.getByRole("button", { name: "Add a condition to group 1" }));
  const inner = within(dialog.getByRole("group", { name: "Condition 1.2" }));
  await userEvent.selectOptions(inner.getByRole("combobox", { name: "Field" }), "Status");
  await userEvent.selectOptions(inner.getByRole("combobox", { name: "Value" }), "inactive");
  await userEvent.click(dialog.getByRole("button", { name: "Remove condition 1" }));

  expect(dialog.getByText("(Owner is me or Status is inactive)")).toBeDefined();
  await userEvent.click(dialog.getByRole("button", { name: "Save" }));
  expect(await screen.findByText("Open or mine was saved")).toBeDefined();
  expect(server.sent("SyncFilterCreate")).toMatchObject([
    {
      input: {
        kind: "CONTACT",
        scope: "USER",
        principalId: ADA.id,
        definition: {
          joint: "ALL",
          rows: [],
          groups: [{ joint: "ANY", rows: [{ operator: "IS_ME" }, { attribute: "statecode", value: "1" }] }],
        },
      },
    },
  ]);
});

it("shows what switching off does before it is done", async () => {
  const server = open([syncFilter()], {
    syncFilterActivate: { filter: syncFilter({ isActive: false, revision: 4 }), errors: [] },
  });
  await userEvent.click(await screen.findByRole("switch", { name: "My active contacts is active" }));

  expect(await screen.findByText(/28 records would be unlinked/)).toBeDefined();
  expect(server.sent("FilterPreview")).toMatchObject([{ input: { isActive: false, filterId: "f-mine" } }]);
  expect(server.sent("SyncFilterActivate")).toEqual([]);
  await userEvent.click(await button("Switch off"));

  expect(await screen.findByText("My active contacts is off")).toBeDefined();
  expect(server.sent("SyncFilterActivate")).toEqual([
    { input: { filterId: "f-mine", isActive: false, expectedRevision: 3 } },
  ]);
});

it("keeps the form and says so when somebody else was faster", async () => {
  open([syncFilter()], {
    syncFilterUpdate: {
      filter: null,
      errors: [{ code: "STALE_REVISION", message: "Somebody changed it meanwhile.", path: ["expectedRevision"] }],
    },
  });
  await userEvent.click(await button("Edit My active contacts"));
  const dialog = within(await screen.findByRole("dialog"));
  await userEvent.click(dialog.getByRole("button", { name: "Save" }));

  expect((await dialog.findByRole("alert")).textContent).toContain("Somebody changed it meanwhile.");
  expect(dialog.getByRole("textbox", { name: "Name" })).toHaveProperty("value", "My active contacts");
});

it("lets people change their own filters only, and shows them no templates", async () => {
  const shared = { scope: "ORGANIZATION", principal: null, viewerCanEdit: false };
  open([syncFilter(), syncFilter({ ...shared, id: "f-org", name: "Key accounts", excludes: true })], {}, false);

  const organization = within(await screen.findByRole("list", { name: "Filters of the organization" }));
  expect(organization.getByText("Key accounts")).toBeDefined();
  expect(organization.getByText("Excludes")).toBeDefined();
  expect(organization.queryByRole("button")).toBeNull();
  expect(organization.queryByRole("switch")).toBeNull();
  expect(screen.queryByRole("region", { name: "Templates" })).toBeNull();
  expect(screen.queryByRole("button", { name: "New filter of the organization" })).toBeNull();
  expect(await button("Edit My active contacts")).toBeDefined();
});

it("brings the copies of those chosen up to date, and chooses nobody who changed one on purpose", async () => {
  const template = syncFilter({ id: "t-1", scope: "TEMPLATE", principal: null, name: "Active contacts" });
  const change = { template, scope: { current: 5, resulting: 7, entering: 2, leaving: 0 }, filter: null };
  const server = open([template], {
    syncFilterTemplateApply: {
      changes: [
        { ...change, drift: "OUTDATED", principal: ADA },
        { ...change, drift: "CHANGED", principal: MARA },
      ],
      errors: [],
    },
  });
  await userEvent.click(await button("Compare copies"));

  expect(await screen.findByText(/Mara changed, or switched off, the copy of Active contacts/)).toBeDefined();
  expect(screen.getByRole("checkbox", { name: "Mara" })).toHaveProperty("checked", false);
  await userEvent.click(await button("Bring up to date"));

  expect(await screen.findByText("The copies of 1 person are up to date")).toBeDefined();
  expect(server.sent("SyncFilterTemplateApply")).toEqual([
    { input: { templateIds: ["t-1"], preview: true } },
    { input: { templateIds: ["t-1"], principalIds: [ADA.id] } },
  ]);
});

it("says of a filter that asks for what its owner may not read that it matches nothing", async () => {
  open([syncFilter({ unreadable: ["governmentid"] })]);

  expect(await screen.findByText("Matches nothing: governmentid is withheld from its owner.")).toBeDefined();
});

it("grows the list of other people's filters by a larger page", async () => {
  const others = Array.from({ length: 60 }, (_, n) =>
    syncFilter({ id: `f-${n}`, name: `Theirs ${n}`, principal: MARA }),
  );
  open([syncFilter(), ...others]);
  const rows = async (name: string) =>
    within(await screen.findByRole("list", { name })).getAllByRole("listitem").length;

  expect([await rows("My filters"), await rows("Filters of other people")]).toEqual([1, 50]);
  await userEvent.click(await button("Load more (10)"));

  await waitFor(async () => expect(await rows("Filters of other people")).toBe(60));
  expect(screen.queryByRole("button", { name: /Load more/ })).toBeNull();
});
