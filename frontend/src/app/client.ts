import { createClient as createSocketClient } from "graphql-ws";
import { Client, type ExecutionResult, fetchExchange, mapExchange, subscriptionExchange } from "urql";
import { connectionChanged, currentConnection } from "../lib/connection";
import { isNotSignedIn } from "../lib/serverErrors";
import { fieldsyncCache } from "./cache";
import { byHash, isUnknownDocument } from "./documents";

/** How graphql-ws servers refuse a socket that carries no valid session. */
const REFUSED_CODES = [4401, 4403];

export interface Backend {
  client: Client;
  dispose(): void;
}

/** One client per signed-in session: the cache of one person must never be shown to the next. */
export function createBackend(onSignedOut: () => void): Backend {
  // graphql-ws reconnects for open subscriptions only: without one a closed socket is no loss.
  let open = 0;
  const socket = createSocketClient({
    url: new URL("/graphql", window.location.href).href.replace(/^http/, "ws"),
    lazyCloseTimeout: 5000,
    keepAlive: 15_000,
    connectionAckWaitTimeout: 10_000,
    retryAttempts: Number.POSITIVE_INFINITY,
    retryWait: (retries) => new Promise((go) => setTimeout(go, Math.min(8000, 400 * 2 ** retries))),
    shouldRetry: (event) => !(event instanceof CloseEvent && REFUSED_CODES.includes(event.code)),
    on: {
      connected: () => connectionChanged("up"),
      closed: (event) => {
        const code = event instanceof CloseEvent ? event.code : 0;
        if (REFUSED_CODES.includes(code)) onSignedOut();
        connectionChanged(code === 1000 || open === 0 ? "idle" : "lost");
      },
    },
  });

  const client = new Client({
    url: "/graphql",
    preferGetMethod: false,
    requestPolicy: "cache-and-network",
    fetchOptions: { credentials: "same-origin", headers: { accept: "application/json" } },
    exchanges: [
      mapExchange({
        onError: (error) => {
          if (isNotSignedIn(error)) onSignedOut();
        },
      }),
      fieldsyncCache(),
      // In development the server may know the operations of an older build, or of none.
      ...(import.meta.env.PROD ? [byHash] : []),
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: (request) => ({
          subscribe: (sink) => {
            open += 1;
            let counted = true;
            const ended = () => {
              if (counted) open -= 1;
              counted = false;
              if (open === 0 && currentConnection().state === "lost") connectionChanged("idle");
            };
            const stop = socket.subscribe(
              {
                query: request.query ?? "",
                variables: request.variables,
                operationName: request.operationName,
                extensions: request.extensions,
              },
              {
                // The two libraries type the same JSON differently.
                next: (result) => sink.next(result as ExecutionResult),
                error: (cause) => {
                  ended();
                  if (isUnknownDocument(cause)) sink.next({ errors: cause });
                  else sink.error(toError(cause));
                },
                complete: () => {
                  ended();
                  sink.complete();
                },
              },
            );
            return {
              unsubscribe: () => {
                ended();
                stop();
              },
            };
          },
        }),
      }),
    ],
  });

  return {
    client,
    dispose: () => {
      void socket.dispose();
      connectionChanged("idle");
    },
  };
}

/** A socket fails with an Error, a close event, or the list of GraphQL errors. */
function toError(cause: unknown): Error {
  if (cause instanceof Error) return cause;
  if (Array.isArray(cause)) return new Error(cause.map((one: { message?: string }) => one.message).join("; "));
  return new Error("The live connection was closed.");
}
