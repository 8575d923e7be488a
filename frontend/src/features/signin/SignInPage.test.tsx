import { FluentProvider, webLightTheme } from "@fluentui/react-components";
import { render, screen } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { SignInPage } from "./SignInPage";

const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });

function open(session: () => Response | Promise<Response>, accounts: () => Response = () => json({}, 404)) {
  const fetched = vi.spyOn(globalThis, "fetch").mockImplementation(async (url) => {
    return String(url) === "/session" ? session() : accounts();
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
