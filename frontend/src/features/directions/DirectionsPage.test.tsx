import { screen, waitFor, within } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { expect, it } from "vitest";
import type { ConflictPolicy, Direction } from "../../gql/graphql";
import { ADA, MARA, type MappingFixture, mapping, profileOf, viewer } from "../../test/fixtures";
import { renderWith, startServer } from "../../test/server";
import DirectionsPage from "./DirectionsPage";

interface Input {
  input: { changes: { mappingId: string; direction: Direction; expectedRevision: number }[] };
}

interface PolicyInput {
  input: { changes: { mappingId: string; policy: ConflictPolicy; expectedRevision: number }[] };
}

/** A profile that takes changes as the server does: by revision, one answer each. */
function open(rows: MappingFixture[], viewerCanEdit = true) {
  let mappings = rows;
  let changedBy = ADA;
  const change = (id: string, direction: Direction, by = ADA) => {
    changedBy = by;
    mappings = mappings.map((one) =>
      one.id === id ? mapping({ ...one, draftDirection: direction, revision: one.revision + 1 }) : one,
    );
  };
  const profile = () => profileOf(mappings, { viewerCanEdit, changedBy });
  const answer = (id: string) => ({
    mappings: mappings.filter((one) => one.id === id),
    profile: profile(),
    errors: [],
  });
  const server = startServer({
    viewer: viewer({ canAdminister: viewerCanEdit }),
    contradictions: [],
    profiles: () => [profile()],
    mappings: () => mappings,
    mappingDirectionsSet: ({ input }: Input) => {
      const [wanted] = input.changes;
      const row = mappings.find((one) => one.id === wanted?.mappingId);
      if (!wanted || row?.revision !== wanted.expectedRevision) {
        return { mappings: null, profile: null, errors: [{ code: "STALE_REVISION", message: "Changed meanwhile." }] };
      }
      change(wanted.mappingId, wanted.direction);
      return answer(wanted.mappingId);
    },
    mappingPoliciesSet: ({ input }: PolicyInput) => {
      const [wanted] = input.changes;
      if (!wanted) throw new Error("nothing to change");
      const draftConflictPolicy = wanted.policy;
      mappings = mappings.map((one) =>
        one.id === wanted.mappingId ? mapping({ ...one, draftConflictPolicy, revision: one.revision + 1 }) : one,
      );
      return answer(wanted.mappingId);
    },
  });
  renderWith(server, <DirectionsPage kind="CONTACT" />);
  return { server, change, profile };
}

const JOB = mapping({ id: "m-job", outlookLabel: "Job Title", crmAttributes: ["jobtitle"], revision: 5 });
const arrow = (name: RegExp) => screen.findByRole("button", { name });

it("sends a click as the next direction with the revision of the row", async () => {
  const { server } = open([JOB]);

  await userEvent.click(await arrow(/^Job Title: both ways\. Press to change to Outlook to CRM/));

  await arrow(/^Job Title: Outlook to CRM\. Press to change to CRM to Outlook/);
  expect(server.sent("MappingDirectionsSet")).toEqual([
    { input: { changes: [{ mappingId: "m-job", direction: "TO_CRM", expectedRevision: 5 }] } },
  ]);
  const row = screen.getByTestId("mapping-jobtitle");
  expect(row.dataset).toMatchObject({ changed: "true", mappingId: "m-job" });
  expect(await screen.findByText("1 change not published")).toBeDefined();
});

it("never sends the same revision twice, however fast the clicks", async () => {
  const { server } = open([JOB]);
  const button = await arrow(/^Job Title: /);

  await userEvent.tripleClick(button);

  await arrow(/^Job Title: not synchronized/);
  await waitFor(() => expect(screen.getByTestId("mapping-jobtitle").getAttribute("aria-busy")).toBe("false"));
  const revisions = server
    .sent("MappingDirectionsSet")
    .map((one) => (one as unknown as Input).input.changes[0]?.expectedRevision);
  expect(new Set(revisions).size).toBe(revisions.length);
  expect(await screen.findByRole("button", { name: /^Job Title: not synchronized/ })).toBeDefined();
  expect(screen.queryByText(/changed this field meanwhile/)).toBeNull();
});

it("moves with the arrow keys, forth and back", async () => {
  open([JOB]);
  const button = await arrow(/^Job Title: /);
  button.focus();

  await userEvent.keyboard("{ArrowLeft}");
  await arrow(/^Job Title: not synchronized/);
  await userEvent.keyboard("{ArrowRight}");
  await arrow(/^Job Title: both ways/);
  await userEvent.keyboard("{Enter}");

  await arrow(/^Job Title: Outlook to CRM/);
});

it("tells who was faster and offers the lost choice again", async () => {
  const { server, change } = open([JOB]);
  const button = await arrow(/^Job Title: both ways/);
  change("m-job", "TO_OUTLOOK", MARA);

  await userEvent.click(button);

  expect(await screen.findByText("Mara changed this field meanwhile")).toBeDefined();
  await arrow(/^Job Title: CRM to Outlook/);
  await userEvent.click(screen.getByRole("button", { name: "Use my choice" }));
  await arrow(/^Job Title: Outlook to CRM/);
  expect(server.sent("MappingDirectionsSet").at(-1)).toEqual({
    input: { changes: [{ mappingId: "m-job", direction: "TO_CRM", expectedRevision: 6 }] },
  });
});

it("shows another administrator's change as it comes in", async () => {
  const { server, change, profile } = open([JOB]);
  await arrow(/^Job Title: both ways/);
  change("m-job", "NONE", MARA);

  await server.emit("MappingsChanged", { mappingsChanged: profile() });

  await arrow(/^Job Title: not synchronized/);
  expect(await screen.findByText("1 change not published")).toBeDefined();
});

it("undoes the change of a row", async () => {
  const { server } = open([mapping({ ...JOB, draftDirection: "NONE" })]);

  await userEvent.click(await arrow(/^Undo the change of Job Title/));

  await arrow(/^Job Title: both ways/);
  expect(server.sent("MappingDirectionsSet")).toMatchObject([{ input: { changes: [{ direction: "BOTH" }] } }]);
  await waitFor(() => expect(screen.queryByText(/not published/)).toBeNull());
});

it("drafts who leads in a conflict, shows it in the review and takes it back", async () => {
  const { server } = open([JOB]);
  const policy = () => screen.findByRole("combobox", { name: "Job Title in a conflict" });

  await userEvent.selectOptions(await policy(), "Ask");

  expect(await screen.findByText("1 change not published")).toBeDefined();
  expect(server.sent("MappingPoliciesSet")).toEqual([
    { input: { changes: [{ mappingId: "m-job", policy: "ASK", expectedRevision: 5 }] } },
  ]);
  expect(screen.getByTestId("mapping-jobtitle").dataset.changed).toBe("true");
  await userEvent.click(await screen.findByRole("button", { name: "Review and publish" }));
  const dialog = await screen.findByRole("dialog", { name: "Review 1 change" });
  const row = within(dialog).getAllByRole("row")[1];
  expect(row?.textContent).toMatch(/Job Title.*CRM leads.*Ask.*until a person has decided/);
  await userEvent.click(within(dialog).getByRole("button", { name: "Keep editing" }));

  await userEvent.click(screen.getByRole("button", { name: "Undo the change of Job Title" }));

  await waitFor(() => expect(screen.queryByText(/not published/)).toBeNull());
  expect(await policy()).toHaveProperty("value", "CRM_LEADS");
});

it("says that a policy plays no part in a field that travels one way", async () => {
  const oneWay = { direction: "TO_CRM", conflictPolicy: "NEWEST" } as const;
  open([mapping({ id: "m-job", outlookLabel: "Job Title", ...oneWay })]);
  const policy = await screen.findByRole("button", { name: "Job Title in a conflict: Newest, plays no part" });

  policy.focus();

  expect((await screen.findByRole("tooltip")).textContent).toContain("only a field that travels both ways");
  expect(screen.queryByRole("combobox", { name: "Job Title in a conflict" })).toBeNull();
});

it("does not move a fixed field and says why", async () => {
  const fixedReason = "Dynamics computes the full name.";
  const { server } = open([
    mapping({ id: "m-name", outlookLabel: "Full Name", allowedDirections: ["BOTH"], fixedReason }),
  ]);
  const button = await arrow(/^Full Name: both ways\. Fixed: Dynamics computes the full name\./);

  await userEvent.click(button);

  expect(button.getAttribute("aria-disabled")).toBe("true");
  expect((await screen.findByRole("tooltip")).textContent).toContain(fixedReason);
  expect(server.sent("MappingDirectionsSet")).toEqual([]);
});

it("shows a reader what is in force, without the draft and without a way to change it", async () => {
  const { server } = open([mapping({ ...JOB, draftDirection: "NONE", viewerCanEdit: false })], false);
  const button = await arrow(/^Job Title: both ways$/);

  await userEvent.click(button);
  button.focus();
  await userEvent.keyboard("{ArrowRight}{Enter}");

  expect(screen.getByText("You can see these settings; only an administrator changes them.")).toBeDefined();
  expect(screen.getByRole("button", { name: "Job Title in a conflict: CRM leads" })).toBeDefined();
  expect(screen.queryByText(/not published/)).toBeNull();
  expect(screen.queryByRole("button", { name: "Only changed fields" })).toBeNull();
  expect(server.sent("MappingDirectionsSet")).toEqual([]);
});

it("lists what stands behind a field when its name gets the focus", async () => {
  open([mapping({ ...JOB, outlookProperties: ["jobTitle"] })]);
  const table = await screen.findByRole("table", { name: "Directions for contacts" });

  within(table).getAllByRole("button", { name: "Job Title" })[0]?.focus();

  expect((await screen.findByRole("tooltip")).textContent).toContain("jobTitle");
});

it("finds fields by what stands behind them and says when nothing fits", async () => {
  open([JOB, mapping({ id: "m-mobile", outlookLabel: "Mobile", crmAttributes: ["mobilephone"] })]);
  const search = await screen.findByRole("searchbox", { name: "Search fields" });

  await userEvent.type(search, "mobileph");
  expect(screen.queryByTestId("mapping-jobtitle")).toBeNull();
  expect(screen.getByTestId("mapping-mobilephone")).toBeDefined();

  await userEvent.type(search, "xyz");
  await userEvent.click(await screen.findByRole("button", { name: "Clear the filters" }));
  expect(await screen.findByTestId("mapping-jobtitle")).toBeDefined();
});

it("offers another try when the directions cannot be loaded", async () => {
  let broken = true;
  const server = startServer({
    viewer: viewer(),
    contradictions: [],
    profiles: () => [profileOf([JOB])],
    mappings: () => {
      if (broken) throw new Error("boom");
      return [JOB];
    },
  });
  renderWith(server, <DirectionsPage kind="CONTACT" />);
  const again = await screen.findByRole("button", { name: "Try again" });
  broken = false;

  await userEvent.click(again);

  await arrow(/^Job Title: both ways/);
});
