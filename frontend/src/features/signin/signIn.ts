/** `wait` is in seconds: how long the server takes no further attempt. */
export type SignInResult = { ok: true } | { ok: false; message: string; wait?: number };

/** Signing in elsewhere: what the button says, and the address that leads there. */
export interface SignInProvider {
  name: string;
  start: string;
}

export interface DemoAccount {
  userName: string;
  password: string;
  role: string;
  name: string;
}

/** Asks for a session cookie; the message is fit to be shown. */
export async function signIn(userName: string, password: string): Promise<SignInResult> {
  let response: Response;
  try {
    response = await fetch("/session", {
      method: "POST",
      credentials: "same-origin",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ userName, password }),
    });
  } catch {
    return { ok: false, message: "The server could not be reached. Check the connection and try again." };
  }
  if (response.ok) return { ok: true };
  const wait = response.status === 429 ? Number(response.headers.get("retry-after")) : 0;
  if (wait > 0) return { ok: false, message: "Too many attempts went wrong.", wait };
  return { ok: false, message: (await refusal(response)) ?? `Signing in did not work (status ${response.status}).` };
}

/** The accounts of a demo installation; none where the server does not offer any. */
export async function fetchDemoAccounts(): Promise<DemoAccount[]> {
  try {
    const response = await fetch("/demo-accounts", { headers: { accept: "application/json" } });
    const accounts: unknown = response.ok ? await response.json() : [];
    return Array.isArray(accounts) ? accounts.filter(isDemoAccount) : [];
  } catch {
    return [];
  }
}

/** The external provider, where the server has one. */
export async function fetchProvider(): Promise<SignInProvider | null> {
  try {
    const response = await fetch("/sign-in-options", { headers: { accept: "application/json" } });
    const options = response.ok ? ((await response.json()) as { provider?: Partial<SignInProvider> | null }) : null;
    const { name, start } = options?.provider ?? {};
    return typeof name === "string" && typeof start === "string" ? { name, start } : null;
  } catch {
    return null;
  }
}

/** Leads to the provider and afterwards back to where one is now. */
export function providerAddress(provider: SignInProvider, here: string): string {
  return `${provider.start}?returnTo=${encodeURIComponent(here)}`;
}

async function refusal(response: Response): Promise<string | undefined> {
  try {
    const body = (await response.json()) as { error?: { message?: string } };
    return body.error?.message;
  } catch {
    return undefined;
  }
}

function isDemoAccount(value: unknown): value is DemoAccount {
  const one = value as Partial<DemoAccount> | null;
  return typeof one?.userName === "string" && typeof one.password === "string" && typeof one.name === "string";
}
