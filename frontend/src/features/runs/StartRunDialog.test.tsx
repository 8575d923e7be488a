import { screen, waitFor, within } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { expect, it } from "vitest";
import { ADA, run } from "../../test/fixtures";
import { renderWith, startServer } from "../../test/server";
import { StartRunDialog } from "./StartRunDialog";

it("starts a verification, which has no directions to choose", async () => {
  const server = startServer({
    viewer: { canEditMappings: true },
    mailboxes: { nodes: [{ id: "mb-1", name: "Nancy", state: "READY", viewerCanSync: true, principal: ADA }] },
    runStart: { runs: [run({ id: "run-7", mode: "VERIFY" })], errors: [] },
  });
  renderWith(server, <StartRunDialog draftPreview={false} onClose={() => {}} onStarted={() => {}} />);
  const dialog = within(await screen.findByRole("dialog"));

  await userEvent.click(await dialog.findByLabelText(/^Verify:/));
  expect(dialog.queryByText("With which directions")).toBeNull();
  await userEvent.click(dialog.getByRole("button", { name: "Start verification" }));

  await waitFor(() => expect(window.location.pathname).toBe("/runs/run-7"));
  expect(server.sent("StartRuns")).toEqual([
    { input: { mailboxIds: ["mb-1"], mode: "VERIFY", configuration: "PUBLISHED" } },
  ]);
});
