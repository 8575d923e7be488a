import { screen, waitFor } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { expect, it } from "vitest";
import { ADA, profileOf } from "../../test/fixtures";
import { page } from "../../test/pages";
import { renderWith, startServer } from "../../test/server";
import VersionsPage from "./VersionsPage";

function versioned(id: string, name: string, isDefault: boolean, message: string) {
  const profile = profileOf([], { id, name, isDefault });
  const version = (number: number) => ({
    id: `${id}-v${number}`,
    number,
    message: `${message} ${number}`,
    publishedAt: "2026-11-01T10:00:00Z",
    publishedBy: ADA,
    changes: [],
    policyChanges: [],
  });
  return { ...profile, published: version(2), versions: page([version(2), version(1)]) };
}

type Versioned = ReturnType<typeof versioned>;

const BOTH = [versioned("profile", "Default", true, "For all"), versioned("p-sales", "Sales", false, "For Sales")];

function open(root: Record<string, unknown> = {}, profiles: Versioned[] = BOTH) {
  const node = ({ id }: { id: string }) => ({ __typename: "Profile", ...profiles.find((one) => one.id === id) });
  const server = startServer({ profiles, node, ...root });
  renderWith(server, <VersionsPage />);
  return server;
}

it("shows the default profile's versions, and another's once it is chosen", async () => {
  open();
  expect(await screen.findByText("For all 2")).toBeDefined();
  expect(screen.queryByText("For Sales 2")).toBeNull();

  await userEvent.click(screen.getByRole("combobox", { name: "Profile" }));
  await userEvent.click(await screen.findByRole("option", { name: "Sales" }));

  expect(await screen.findByText("For Sales 2")).toBeDefined();
  expect(window.location.search).toBe("?profile=p-sales");
});

it("restores into the draft of its own profile and goes there", async () => {
  window.history.replaceState(null, "", "/versions?profile=p-sales");
  const sales = versioned("p-sales", "Sales", false, "For Sales");
  const server = open({ profileRestore: { profile: sales, errors: [] } });

  await userEvent.click(await screen.findByRole("button", { name: "Restore into draft" }));
  await userEvent.click((await screen.findAllByRole("button", { name: "Restore into draft" })).at(-1) as HTMLElement);

  await waitFor(() =>
    expect(window.location.pathname + window.location.search).toBe("/directions/contact?profile=p-sales"),
  );
  expect(server.sent("ProfileRestore")).toEqual([{ input: { profileId: "p-sales", number: 1, expectedRevision: 7 } }]);
});

it("offers no choice where there is one profile only", async () => {
  open({}, BOTH.slice(0, 1));

  await screen.findByText("For all 2");

  expect(screen.queryByRole("combobox", { name: "Profile" })).toBeNull();
});

it("grows the list of versions by a larger page", async () => {
  const [all] = BOTH;
  if (!all) throw new Error("no profile");
  const grown = ({ first }: { first: number }) => page(all.versions.nodes.slice(0, first === 20 ? 1 : 2), 2);
  open({ node: { __typename: "Profile", ...all, versions: grown } });

  await userEvent.click(await screen.findByRole("button", { name: "Load more (1 older version)" }));

  expect(await screen.findByText("For all 1")).toBeDefined();
  expect(screen.queryByRole("button", { name: /Load more/ })).toBeNull();
});
