export type SignInResult = { ok: true } | { ok: false; message: string };

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
