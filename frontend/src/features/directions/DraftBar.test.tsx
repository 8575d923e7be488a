import { screen, within } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { expect, it } from "vitest";
import type { Direction } from "../../gql/graphql";
import { type MappingFixture, mapping, profileOf, viewer } from "../../test/fixtures";
import { renderWith, startServer } from "../../test/server";
import DirectionsPage from "./DirectionsPage";

const DRAFTED = mapping({
  id: "m-job",
  outlookLabel: "Job Title",
  direction: "TO_OUTLOOK" as Direction,
  draftDirection: "TO_CRM",
  revision: 3,
});

function open(extra: Record<string, unknown>, mappings: MappingFixture[] = [DRAFTED]) {
  const server = startServer({
    viewer: viewer(),
    contradictions: [],
    profiles: [profileOf(mappings)],
    mappings,
    ...extra,
  });
  renderWith(server, <DirectionsPage kind="CONTACT" />);
  return server;
}

async function review() {
  await userEvent.click(await screen.findByRole("button", { name: "Review and publish" }));
  const dialog = await screen.findByRole("dialog");
  expect(dialog.textContent).toContain("Review 1 change");
  return dialog;
}

it("says in words what the change opens and closes", async () => {
  open({});

  const row = within(await review()).getAllByRole("row")[1];

  expect(row?.textContent).toContain("Job Title");
  expect(row?.textContent).toContain("Opens Outlook to CRM");
  expect(row?.textContent).toContain("Closes CRM to Outlook");
});

it("publishes with the message and the revision of the profile", async () => {
  const after = mapping({ ...DRAFTED, direction: "TO_CRM", revision: 4 });
  const server = open({
    profilePublish: {
      profile: {
        ...profileOf([after], { revision: 8 }),
        published: { ...profileOf([]).published, id: "v5", number: 5 },
      },
      errors: [],
    },
  });
  const dialog = await review();

  await userEvent.type(
    within(dialog).getByRole("textbox", { name: "Message (optional)" }),
    " Titles come from Outlook ",
  );
  await userEvent.click(within(dialog).getByRole("button", { name: "Publish" }));

  expect(await screen.findByText("Published as version 5")).toBeDefined();
  expect(server.sent("ProfilePublish")).toEqual([
    { input: { profileId: "profile", expectedRevision: 7, message: "Titles come from Outlook" } },
  ]);
  expect(screen.queryByText(/not published/)).toBeNull();
});

it("stays open with the reason when the draft changed under the review", async () => {
  const message = "The draft changed while you were reviewing it.";
  const server = open({ profilePublish: { profile: null, errors: [{ code: "STALE_REVISION", message }] } });
  const dialog = await review();
  const before = server.sent("DirectionsPage").length;

  await userEvent.click(within(dialog).getByRole("button", { name: "Publish" }));

  expect((await within(dialog).findByRole("alert")).textContent).toContain(message);
  expect(server.sent("DirectionsPage").length).toBeGreaterThan(before);
});

it("discards only after a yes", async () => {
  const kept = mapping({ ...DRAFTED, draftDirection: "TO_OUTLOOK", revision: 4 });
  const server = open({ profileDraftDiscard: { profile: profileOf([kept], { revision: 8 }), errors: [] } });

  await userEvent.click(await screen.findByRole("button", { name: "Discard" }));
  expect(server.sent("ProfileDraftDiscard")).toEqual([]);
  await userEvent.click(await screen.findByRole("button", { name: "Discard the draft" }));

  expect(await screen.findByText("The draft was discarded")).toBeDefined();
  expect(server.sent("ProfileDraftDiscard")).toEqual([{ input: { profileId: "profile", expectedRevision: 7 } }]);
});
