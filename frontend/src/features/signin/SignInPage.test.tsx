import { FluentProvider, webLightTheme } from "@fluentui/react-components";
import { render, screen, waitFor } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { SignInPage } from "./SignInPage";

const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });

function open(
  session: () => Response | Promise<Response>,
  accounts: () => Response = () => json({}, 404),
  options: () => Response = () => json({ provider: null }),
) {
  const fetched = vi.spyOn(globalThis, "fetch").mockImplementation(async (url) => {
    if (String(url) === "/session") return session();
    return String(url) === "/sign-in-options" ? options() : accounts();
  });
  const onSignedIn = vi.fn();
  render(
    <FluentProvider theme={webLightTheme}>
      <SignInPage ended={false} onSignedIn={onSignedIn} />
    </FluentProvider>,
  );
  const enter = async (userName: string, password: string) => {
    if (userName) await userEvent.type(screen.getByLabelText("User name"), userName);
    if (password) await userEvent.type(screen.getByLabelText("Password"), password);
    await userEvent.click(screen.getByRole("button", { name: "Sign in" }));
  };
  const posted = () => fetched.mock.calls.filter(([url]) => url === "/session").map(([, init]) => String(init?.body));
  return { enter, posted, onSignedIn };
}

it("signs in with what was typed", async () => {
  const { enter, posted, onSignedIn } = open(() => json({ userName: "ada" }));

  await enter(" ada ", "secret ");

  expect(posted().map((body) => JSON.parse(body))).toEqual([{ userName: "ada", password: "secret " }]);
  expect(onSignedIn).toHaveBeenCalledOnce();
});

it("shows the server's reason", async () => {
  const error = { code: "NOT_SIGNED_IN", message: "User name or password is not right." };
  const { enter, onSignedIn } = open(() => json({ error }, 401));

  await enter("ada", "wrong");

  expect((await screen.findByRole("alert")).textContent).toContain(error.message);
  expect(onSignedIn).not.toHaveBeenCalled();
});

it("says so when the server is out of reach", async () => {
  const { enter } = open(() => Promise.reject(new TypeError("failed to fetch")));

  await enter("ada", "secret");

  expect((await screen.findByRole("alert")).textContent).toContain("could not be reached");
});

it("names the status when the refusal carries no reason", async () => {
  const { enter } = open(() => new Response("<html>", { status: 502 }));

  await enter("ada", "secret");

  expect((await screen.findByRole("alert")).textContent).toContain("status 502");
});

it("asks for both before it asks the server", async () => {
  const { enter, posted } = open(() => json({}));

  await enter("ada", "");

  expect((await screen.findByRole("alert")).textContent).toContain("Enter your user name and your password.");
  expect(posted()).toEqual([]);
});

it("offers demo accounts where there are any", async () => {
  const nancy = { userName: "sales", password: "demo", role: "USER", name: "Nancy" };
  const { posted, onSignedIn } = open(
    () => json(nancy),
    () => json([nancy]),
  );

  await userEvent.click(await screen.findByRole("button", { name: "Sign in as sales" }));

  expect(posted().map((body) => JSON.parse(body))).toEqual([{ userName: "sales", password: "demo" }]);
  expect(onSignedIn).toHaveBeenCalledOnce();
});

it("says how long to wait after too many attempts, and takes none meanwhile", async () => {
  const error = { code: "TOO_MANY_ATTEMPTS", message: "Too many attempts went wrong; try again in 2 seconds." };
  const refusal = () => new Response(JSON.stringify({ error }), { status: 429, headers: { "retry-after": "2" } });
  const { enter, posted } = open(refusal);

  await enter("ada", "wrong");
  expect((await screen.findByRole("alert")).textContent).toBe("Too many attempts went wrong. Try again in 2 seconds.");
  await userEvent.click(screen.getByRole("button", { name: "Sign in" }));
  expect(posted()).toHaveLength(1);

  await waitFor(() => expect(screen.getByRole("alert").textContent).toBe("Too many attempts went wrong."));
  await userEvent.click(screen.getByRole("button", { name: "Sign in" }));
  expect(posted()).toHaveLength(2);
});

it("offers the provider where there is one, and leads back to where one was", async () => {
  window.history.replaceState(null, "", "/runs?start=draft-preview");
  const provider = { name: "Contoso", start: "/oidc/start" };
  open(
    () => json({}),
    () => json([]),
    () => json({ provider }),
  );

  const link = await screen.findByRole("link", { name: "Sign in with Contoso" });

  expect(link.getAttribute("href")).toBe("/oidc/start?returnTo=%2Fruns%3Fstart%3Ddraft-preview");
});

it("offers no provider where there is none, or the answer makes no sense", async () => {
  const asked = open(
    () => json({}),
    () => json([]),
    () => new Response("<html>"),
  );
  await asked.enter("ada", "secret");

  expect(screen.queryByRole("link")).toBeNull();
});
