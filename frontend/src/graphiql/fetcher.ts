import { type DocumentNode, type ExecutionResult, getOperationAST, OperationTypeNode } from "graphql";
import { createClient, type SubscribePayload } from "graphql-ws";

type Headers = Record<string, string>;

/** What GraphiQL asks for, over HTTP or, where there is more than one answer, over a socket of its own. */
export function fetcher(
  params: { query: string; operationName?: string | null; variables?: unknown },
  options?: { headers?: Headers; documentAST?: DocumentNode },
): Promise<ExecutionResult> | AsyncIterable<ExecutionResult> {
  const operation = options?.documentAST && getOperationAST(options.documentAST, params.operationName);
  if (operation?.operation === OperationTypeNode.SUBSCRIPTION)
    return followed(params as SubscribePayload, options?.headers);
  return answered(params, options?.headers);
}

async function answered(params: unknown, headers?: Headers): Promise<ExecutionResult> {
  const response = await fetch("/graphql", {
    method: "POST",
    headers: { accept: "application/graphql-response+json", "content-type": "application/json", ...headers },
    body: JSON.stringify(params),
  });
  return response.json();
}

/** A browser cannot send headers with a socket: a token goes with its first message. */
async function* followed(payload: SubscribePayload, headers?: Headers): AsyncGenerator<ExecutionResult> {
  const client = createClient({
    url: new URL("/graphql", window.location.href).href.replace(/^http/, "ws"),
    connectionParams: headers ?? {},
  });
  try {
    // Both write the same JSON down as different types.
    yield* client.iterate(payload) as AsyncIterable<ExecutionResult>;
  } finally {
    await client.dispose();
  }
}
