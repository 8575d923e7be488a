import { screen, waitFor, within } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { expect, it } from "vitest";
import type { Direction } from "../../gql/graphql";
import { ADA, blocked, MARA, type MappingFixture, mapping, profileOf, viewer } from "../../test/fixtures";
import { renderWith, startServer } from "../../test/server";
import DirectionsPage from "./DirectionsPage";

const RULE = "No field profile lets Mara update jobtitle.";
const JOB = mapping({ id: "m-job", outlookLabel: "Job Title", crmAttributes: ["jobtitle"], revision: 5 });
const PAGER = mapping({ id: "m-pager", outlookLabel: "Pager", crmAttributes: ["pager"] });

function open(rows: MappingFixture[], root: Record<string, unknown> = {}) {
  const server = startServer({
    viewer: viewer(),
    contradictions: [],
    profiles: [profileOf(rows)],
    mappings: rows,
    ...root,
  });
  renderWith(server, <DirectionsPage kind="CONTACT" />);
  return server;
}

const asReader = (row: MappingFixture) => ({ ...row, viewerCanEdit: false });

function openAsReader(rows: MappingFixture[], root: Record<string, unknown> = {}) {
  return open(rows.map(asReader), {
    viewer: viewer({ canAdminister: false }),
    profiles: [profileOf(rows, { viewerCanEdit: false })],
    ...root,
  });
}

/** A person with the default profile who gets Job Title only one way. */
function mara(part: Record<string, unknown> = {}) {
  const theirs = { ...JOB, effective: () => blocked("TO_OUTLOOK", "TO_CRM", RULE) };
  return { ...MARA, rights: { profile: profileOf([theirs as unknown as MappingFixture, PAGER]), ...part } };
}

it("locks a field that rights narrow for the reader and says which rule decided", async () => {
  openAsReader([{ ...JOB, effective: blocked("TO_OUTLOOK", "TO_CRM", RULE) }, PAGER]);

  const lock = await screen.findByRole("button", {
    name: /^Locked for you: Job Title is CRM to Outlook instead of both/,
  });
  lock.focus();

  const hint = await screen.findByRole("tooltip");
  expect(hint.textContent).toContain("Outlook to CRM does not flow.");
  expect(hint.textContent).toContain(RULE);
  expect(hint.textContent).not.toContain("field profile, or narrow");
  expect(lock.getAttribute("aria-label")).toContain(RULE);
  expect(screen.getByTestId("mapping-jobtitle").dataset).toMatchObject({ direction: "BOTH", effective: "TO_OUTLOOK" });
  expect(screen.queryByRole("button", { name: /^Locked for you: Pager/ })).toBeNull();
});

it("marks a field behind which stands a secured column, and only that", async () => {
  openAsReader([{ ...JOB, securedAttributes: ["jobtitle"] }, PAGER]);

  const mark = await screen.findByRole("button", { name: /^Secured: Job Title/ });
  mark.focus();

  expect((await screen.findByRole("tooltip")).textContent).toContain("jobtitle");
  expect(screen.queryByRole("button", { name: /^Secured: Pager/ })).toBeNull();
});

it("does not ask for what only administrators may see", async () => {
  const server = openAsReader([JOB]);

  await screen.findByTestId("mapping-jobtitle");

  expect(server.sent("Contradictions")).toEqual([]);
  expect(screen.queryByRole("combobox", { name: "View as" })).toBeNull();
  expect(screen.queryByRole("combobox", { name: "Profile" })).toBeNull();
});

it("leads a reader to the profile that holds for them", async () => {
  const sales = profileOf([], { id: "p-sales", name: "Sales", isDefault: false, viewerCanEdit: false });
  openAsReader([JOB], {
    viewer: viewer({ canAdminister: false, profile: { id: "p-sales", isDefault: false } }),
    profiles: [profileOf([JOB], { viewerCanEdit: false }), sales],
    mappings: ({ profileId }: { profileId?: string }) =>
      profileId === "p-sales" ? [mapping({ ...JOB, id: "s-job", viewerCanEdit: false, direction: "NONE" })] : [JOB],
  });

  expect(await screen.findByText(/the profile Sales, which holds for you/)).toBeDefined();
  expect(window.location.search).toBe("?profile=p-sales");
  expect(screen.getByTestId("mapping-jobtitle").dataset.direction).toBe("NONE");
});

it("shows what somebody gets once chosen, and keeps the choice in the address", async () => {
  const server = open([JOB, PAGER], { principals: { nodes: [mara(), ADA] }, node: () => mara() });
  const picker = await screen.findByRole("combobox", { name: "View as" });

  await userEvent.click(picker);
  await userEvent.click(await screen.findByRole("option", { name: /Mara/ }));

  expect(await screen.findByText("You see what Mara gets")).toBeDefined();
  expect(window.location.search).toBe("?as=p2");
  expect(server.sent("PersonDirections")).toEqual([{ personId: "p2" }]);
  expect(server.sent("SearchPrincipals")).toEqual([{ kind: "USER" }]);
  const lock = await screen.findByRole("button", { name: /^Locked for Mara: Job Title/ });
  lock.focus();
  expect((await screen.findByRole("tooltip")).textContent).toContain("Allow it in a field profile");

  await userEvent.click(screen.getByRole("button", { name: "Back to the profiles" }));
  expect(window.location.search).toBe("");
  expect(await screen.findByRole("combobox", { name: "View as" })).toBeDefined();
});

it("lets nothing be moved while looking with somebody else's eyes", async () => {
  window.history.replaceState(null, "", "/directions/contact?as=p2");
  const server = open([JOB], { node: () => mara() });
  const arrow = await screen.findByRole("button", { name: /^Job Title: both ways$/ });

  await userEvent.click(arrow);
  arrow.focus();
  await userEvent.keyboard("{ArrowRight}{Enter}");

  expect(arrow.getAttribute("aria-disabled")).toBe("true");
  expect(server.sent("MappingDirectionsSet")).toEqual([]);
});

it("tells somebody without the right that the view is for administrators", async () => {
  window.history.replaceState(null, "", "/directions/contact?as=p2");
  openAsReader([JOB], { node: () => ({ ...MARA, rights: null }) });

  expect(await screen.findByText("Only an administrator sees what Mara gets.")).toBeDefined();
});

const CHECKS = [
  { stage: "CATALOGUE", flow: "TO_CRM", passed: true, rule: "Both ways are possible.", remedy: null },
  { stage: "COLUMN", flow: "TO_CRM", passed: false, rule: RULE, remedy: "Allow update in the profile HR." },
  { stage: "CATALOGUE", flow: "TO_OUTLOOK", passed: true, rule: "Both ways are possible.", remedy: null },
];

function explanation(row: MappingFixture) {
  const effective = { ...blocked("TO_OUTLOOK", "TO_CRM", RULE), directionForNew: "NONE" as Direction };
  return { mapping: row, principal: ADA, contact: null, configured: "BOTH", effective, checks: CHECKS };
}

it("walks through the checks of a field, with what to do about the one that fails", async () => {
  const server = openAsReader([JOB], { explain: explanation(JOB) });

  await userEvent.click(await screen.findByRole("button", { name: "Why? Job Title" }));

  await screen.findByRole("heading", { name: "Why? Job Title" });
  const panel = within(await screen.findByRole("dialog"));
  const toCrm = await panel.findByRole("region", { name: "Outlook to CRM" });
  expect(toCrm.textContent).toContain("Does not flow");
  expect(within(toCrm).getAllByRole("listitem")[1]?.textContent).toContain(
    "What to do: Allow update in the profile HR.",
  );
  expect(panel.getByRole("region", { name: "CRM to Outlook" }).textContent).toContain("Flows");
  expect(panel.queryByRole("combobox")).toBeNull();
  expect(server.sent("ExplainPanel")).toEqual([{ principalId: "p1", mappingId: "m-job" }]);
});

it("explains the viewed person's field for one contact", async () => {
  window.history.replaceState(null, "", "/directions/contact?as=p2");
  const server = open([JOB], {
    node: () => mara(),
    explain: explanation(JOB),
    contacts: { nodes: [{ id: "c1", fullName: "Yvonne McKay", parentCustomer: "Fourth Coffee" }] },
  });
  await userEvent.click(await screen.findByRole("button", { name: /^Locked for Mara: Job Title/ }));
  const panel = within(await screen.findByRole("dialog"));

  await userEvent.type(await panel.findByRole("combobox", { name: /For one contact/ }), "yv");
  await waitFor(() =>
    expect(server.sent("ExplainContacts")).toContainEqual({ filter: { fullName: { contains: "yv" } } }),
  );
  await userEvent.click(await screen.findByRole("option", { name: /Yvonne McKay/ }));

  await waitFor(() =>
    expect(server.sent("ExplainPanel").at(-1)).toEqual({ principalId: "p2", mappingId: "m-job", recordId: "c1" }),
  );
});

function contradiction(row: MappingFixture, part: Record<string, unknown> = {}) {
  return {
    mapping: row,
    profile: { id: "profile" },
    flow: "TO_CRM",
    stage: "COLUMN",
    reason: "NO_UPDATE",
    affected: 2,
    total: 20,
    reach: "SOME",
    principals: [MARA, ADA],
    message: "Job Title travels both ways, but 2 of 20 people may not update it.",
    remedy: "Narrow it, or let a field profile update jobtitle.",
    narrowTo: "TO_OUTLOOK",
    fieldProfiles: [{ id: "f1", name: "HR" }],
    ...part,
  };
}

it("warns of a direction that rights contradict and narrows it into the draft with one click", async () => {
  let row = JOB;
  const profile = () => profileOf([row], { revision: row.revision });
  const server = open([JOB], {
    profiles: () => [profile()],
    mappings: () => [row],
    contradictions: () => (row.draftDirection === "BOTH" ? [contradiction(row)] : []),
    mappingDirectionsSet: () => {
      row = mapping({ ...row, draftDirection: "TO_OUTLOOK", revision: 6 });
      return { mappings: [row], profile: profile(), errors: [] };
    },
  });
  expect(await screen.findByText("1 field can’t travel as set for some people")).toBeDefined();
  expect(screen.getByRole("button", { name: /^Contradiction: Job Title\. Job Title travels both ways/ })).toBeDefined();

  await userEvent.click(screen.getByRole("button", { name: "Show contradictions" }));
  const item = within(await screen.findByRole("list", { name: "Contradictions" })).getByRole("listitem");
  expect(item.textContent).toContain("2 of 20");
  expect(item.textContent).toContain("Concerns Mara and Ada.");
  expect(within(item).getByRole("link", { name: /HR/ }).getAttribute("href")).toBe("/security/fields");
  await userEvent.click(within(item).getByRole("button", { name: "Narrow Job Title to CRM to Outlook" }));

  expect(await screen.findByText(/No contradiction is left/)).toBeDefined();
  expect(server.sent("MappingDirectionsSet")).toEqual([
    { input: { changes: [{ mappingId: "m-job", direction: "TO_OUTLOOK", expectedRevision: 5 }] } },
  ]);
  await waitFor(() => expect(screen.queryByText(/can’t travel as set for some/)).toBeNull());
  expect(screen.queryByRole("button", { name: /^Contradiction: Job Title/ })).toBeNull();
});

it("narrows a field of another kind too, though its grid is not on the screen", async () => {
  const task = mapping({ id: "m-due", kind: "TASK", outlookLabel: "Due Date", revision: 3 });
  const server = open([JOB, task], {
    contradictions: [contradiction(task)],
    mappingDirectionsSet: {
      mappings: [{ ...task, draftDirection: "TO_OUTLOOK", revision: 4 }],
      profile: profileOf([]),
      errors: [],
    },
  });
  await userEvent.click(await screen.findByRole("button", { name: "Show contradictions" }));

  await userEvent.click(await screen.findByRole("button", { name: /^Narrow Due Date/ }));

  await waitFor(() =>
    expect(server.sent("MappingDirectionsSet")).toEqual([
      { input: { changes: [{ mappingId: "m-due", direction: "TO_OUTLOOK", expectedRevision: 3 }] } },
    ]),
  );
});

it("offers no narrower direction where the field takes none", async () => {
  open([JOB], { contradictions: [contradiction(JOB, { narrowTo: null, fieldProfiles: [] })] });
  await userEvent.click(await screen.findByRole("button", { name: "Show contradictions" }));

  await screen.findByRole("list", { name: "Contradictions" });

  expect(screen.queryByRole("button", { name: /^Narrow/ })).toBeNull();
});

it("lists what rights contradict before publishing, and publishes all the same", async () => {
  const drafted = mapping({ ...JOB, direction: "TO_OUTLOOK", draftDirection: "BOTH" });
  const server = open([drafted], {
    contradictions: [contradiction(drafted)],
    profilePublish: { profile: profileOf([mapping({ ...JOB, revision: 6 })], { revision: 8 }), errors: [] },
  });
  await userEvent.click(await screen.findByRole("button", { name: "Review and publish" }));
  const dialog = within(await screen.findByRole("dialog"));

  const warning = await dialog.findByRole("region", { name: "Contradictions of the draft" });
  expect(warning.textContent).toContain("2 of 20 people may not update it");
  await userEvent.click(dialog.getByRole("button", { name: "Publish" }));

  await waitFor(() => expect(server.sent("ProfilePublish")).toHaveLength(1));
  expect(server.sent("Contradictions")[0]).toEqual({ profileId: "profile" });
});
