import { screen, waitFor, within } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { expect, it } from "vitest";
import { ADA, MARA, mapping, profileOf, viewer } from "../../test/fixtures";
import { page } from "../../test/pages";
import { renderWith, startServer } from "../../test/server";
import DirectionsPage from "./DirectionsPage";

const JOB = mapping({ id: "m-job", outlookLabel: "Job Title", crmAttributes: ["jobtitle"], revision: 5 });
const SALES_JOB = mapping({ ...JOB, id: "s-job", direction: "TO_OUTLOOK", draftDirection: "TO_OUTLOOK", revision: 2 });
const DEFAULT = profileOf([JOB]);
const SALES = profileOf([SALES_JOB], {
  id: "p-sales",
  name: "Sales",
  isDefault: false,
  revision: 3,
  members: [MARA],
  differences: [{ mapping: SALES_JOB, before: "BOTH", after: "TO_OUTLOOK" }],
});

function open(root: Record<string, unknown> = {}, address = "/directions/contact") {
  window.history.replaceState(null, "", address);
  const server = startServer({
    viewer: viewer(),
    contradictions: [],
    profiles: [DEFAULT, SALES],
    node: { __typename: "Profile", ...SALES },
    mappings: ({ profileId }: { profileId?: string }) => (profileId === "p-sales" ? [SALES_JOB] : [JOB]),
    ...root,
  });
  renderWith(server, <DirectionsPage kind="CONTACT" />);
  return server;
}

const SALES_ADDRESS = "/directions/contact?profile=p-sales";

async function menu(item: string) {
  await userEvent.click(await screen.findByRole("button", { name: "More about profiles" }));
  await userEvent.click(await screen.findByRole("menuitem", { name: item }));
}

it("shows another profile's directions and keeps the choice in the address", async () => {
  open();
  await screen.findByRole("button", { name: /^Job Title: both ways/ });

  await userEvent.click(await screen.findByRole("combobox", { name: "Profile" }));
  await userEvent.click(await screen.findByRole("option", { name: "Sales" }));

  await screen.findByRole("button", { name: /^Job Title: CRM to Outlook/ });
  expect(window.location.search).toBe("?profile=p-sales");
});

it("stays with the profile from tab to tab", async () => {
  open({}, SALES_ADDRESS);

  await userEvent.click(await screen.findByRole("tab", { name: "Tasks" }));

  expect(window.location.pathname + window.location.search).toBe("/directions/task?profile=p-sales");
});

it("changes the draft of the profile that is shown", async () => {
  const after = { ...SALES_JOB, draftDirection: "NONE" as const, nextDirection: "BOTH" as const, revision: 3 };
  const server = open({ mappingDirectionsSet: { mappings: [after], profile: SALES, errors: [] } }, SALES_ADDRESS);

  await userEvent.click(await screen.findByRole("button", { name: /^Job Title: CRM to Outlook/ }));

  await waitFor(() => expect(server.sent("MappingDirectionsSet")).toHaveLength(1));
  expect(server.sent("MappingDirectionsSet")[0]).toMatchObject({
    input: { profileId: "p-sales", changes: [{ mappingId: "s-job", expectedRevision: 2 }] },
  });
  expect(server.sent("MappingsChanged")).toEqual([{ profileId: "p-sales" }]);
  expect(server.sent("Contradictions")[0]).toEqual({ profileId: "p-sales" });
});

it("makes a profile as a copy of the one on the screen and goes there", async () => {
  const service = profileOf([], { id: "p-service", name: "Service", isDefault: false });
  const profiles = [DEFAULT, SALES];
  const server = open({
    profiles: () => profiles,
    profileCreate: () => {
      profiles.push(service);
      return { profile: service, errors: [] };
    },
  });
  await menu("New profile");
  const dialog = within(await screen.findByRole("form", { name: "New profile" }));

  await userEvent.click(dialog.getByRole("button", { name: "Create" }));
  expect(await dialog.findByText("Fill this in.")).toBeDefined();
  expect(server.sent("ProfileCreate")).toEqual([]);
  await userEvent.type(dialog.getByRole("textbox", { name: /^Name/ }), " Service ");
  await userEvent.click(dialog.getByRole("button", { name: "Create" }));

  await waitFor(() => expect(window.location.search).toBe("?profile=p-service"));
  expect(server.sent("ProfileCreate")).toEqual([{ input: { name: "Service", description: "", copyOf: "profile" } }]);
  expect((await screen.findByRole("combobox", { name: "Profile" })).textContent).toBe("Service");
});

it("gives a profile to people and teams, with its rank and what happens to refused edits", async () => {
  const server = open(
    { principals: { nodes: [ADA, MARA] }, profileUpdate: { profile: { ...SALES, revision: 4 }, errors: [] } },
    SALES_ADDRESS,
  );
  await menu("Settings");
  const dialog = within(await screen.findByRole("dialog"));

  await userEvent.click(await dialog.findByRole("button", { name: "Remove Mara" }));
  await userEvent.click(dialog.getByRole("combobox", { name: "Members" }));
  await userEvent.click(await screen.findByRole("option", { name: /Ada/ }));
  const rank = dialog.getByRole("textbox", { name: "Rank" });
  await userEvent.clear(rank);
  await userEvent.type(rank, "10");
  await userEvent.click(dialog.getByRole("radio", { name: /^Blank/ }));
  await userEvent.click(dialog.getByRole("button", { name: "Save" }));

  expect(await screen.findByText("Sales was saved")).toBeDefined();
  expect(server.sent("ProfileUpdate")).toEqual([
    {
      input: {
        profileId: "p-sales",
        name: "Sales",
        description: "",
        securedWrites: "BLANK",
        rank: 10,
        memberIds: ["p1"],
        expectedRevision: 3,
      },
    },
  ]);
});

it("refuses a rank that is no number before the server is asked", async () => {
  const server = open({}, SALES_ADDRESS);
  await menu("Settings");
  const dialog = within(await screen.findByRole("dialog"));
  const rank = dialog.getByRole("textbox", { name: "Rank" });

  await userEvent.clear(rank);
  await userEvent.type(rank, "first");
  await userEvent.click(dialog.getByRole("button", { name: "Save" }));

  expect(await dialog.findByText("Give a whole number, such as 10.")).toBeDefined();
  expect(server.sent("ProfileUpdate")).toEqual([]);
});

it("asks for neither rank nor members of the default profile, which holds for everybody else", async () => {
  const server = open({ profileUpdate: { profile: DEFAULT, errors: [] } });
  await menu("Settings");
  const dialog = within(await screen.findByRole("dialog"));
  expect(dialog.queryByRole("textbox", { name: "Rank" })).toBeNull();
  expect(dialog.queryByRole("combobox", { name: "Members" })).toBeNull();

  await userEvent.click(dialog.getByRole("button", { name: "Save" }));

  await waitFor(() => expect(server.sent("ProfileUpdate")).toHaveLength(1));
  const { input } = server.sent("ProfileUpdate")[0] as { input: Record<string, unknown> };
  expect(input).not.toHaveProperty("rank");
  expect(input).not.toHaveProperty("memberIds");
});

it("deletes a profile only after a yes, and never offers that for the default one", async () => {
  const profiles = [DEFAULT, { ...SALES, members: page([]) }];
  const server = open(
    {
      profiles: () => profiles,
      profileDelete: () => {
        profiles.pop();
        return { profileId: "p-sales", errors: [] };
      },
    },
    SALES_ADDRESS,
  );
  await menu("Delete");
  expect((await screen.findByRole("alertdialog")).textContent).toContain("It is given to nobody");
  expect(server.sent("ProfileDelete")).toEqual([]);

  await userEvent.click(screen.getByRole("button", { name: "Delete the profile" }));

  await waitFor(() => expect(window.location.search).toBe(""));
  expect(server.sent("ProfileDelete")).toEqual([{ input: { profileId: "p-sales", expectedRevision: 3 } }]);
  await screen.findByRole("button", { name: /^Job Title: both ways/ });
  await userEvent.click(await screen.findByRole("button", { name: "More about profiles" }));
  expect(await screen.findByRole("menuitem", { name: "New profile" })).toBeDefined();
  expect(screen.queryByRole("menuitem", { name: "Delete" })).toBeNull();
});

it("deletes no profile that somebody still has", async () => {
  open({}, SALES_ADDRESS);
  await menu("Delete");

  expect((await screen.findByRole("alertdialog")).textContent).toContain("It is given to 1 member");
  expect(screen.getByRole<HTMLButtonElement>("button", { name: "Delete the profile" }).disabled).toBe(true);
});

it("lists where a profile leaves the default directions", async () => {
  open({}, SALES_ADDRESS);
  await menu("Differences from the default");

  const table = await screen.findByRole("table", { name: "Differences from the default" });

  const row = within(table).getAllByRole("row")[1];
  expect(row?.textContent).toContain("Job Title");
  expect(row?.textContent).toContain("Both ways");
  expect(row?.textContent).toContain("CRM to Outlook");
});

it("says when the address names a profile that is gone", async () => {
  open({ mappings: [] }, "/directions/contact?profile=p-gone");

  expect(await screen.findByText("There is no such profile")).toBeDefined();
});
