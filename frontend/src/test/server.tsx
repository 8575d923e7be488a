import { FluentProvider, Toaster, webLightTheme } from "@fluentui/react-components";
import { render } from "@testing-library/react";
import { buildSchema, type ExecutionResult, graphql } from "graphql";
import type { ReactNode } from "react";
import { Client, fetchExchange, Provider, subscriptionExchange } from "urql";
import sdl from "../../../schema.graphql?raw";
import { fieldsyncCache } from "../app/cache";
import { TOASTER_ID } from "../ui/useNotify";

const schema = buildSchema(sdl);

type Root = Record<string, unknown>;

export interface TestServer {
  client: Client;
  /** The variables of every operation of that name, in order. */
  sent(operationName: string): Record<string, unknown>[];
  /** Pushes one value to every subscription of that name. */
  emit(operationName: string, data: Root): Promise<void>;
}

/**
 * Executes real documents against the real schema over a root of fixtures, so a fixture that lacks
 * what a document selects is an error and not an empty cell.
 */
export function startServer(root: Root): TestServer {
  const operations: { name: string; variables: Record<string, unknown> }[] = [];
  const sinks = new Set<{ name: string; push(data: Root): Promise<void> }>();

  const execute = async (source: string, variables: Record<string, unknown>, over: Root): Promise<ExecutionResult> => {
    const result = await graphql({ schema, source, variableValues: variables, rootValue: over });
    if (result.errors)
      throw new Error(`The fixture does not fit: ${result.errors.map((one) => one.message).join("; ")}`);
    return result;
  };

  const client = new Client({
    url: "http://test/graphql",
    preferGetMethod: false,
    requestPolicy: "cache-and-network",
    fetch: async (_url, init) => {
      const body = JSON.parse(String(init?.body)) as {
        query: string;
        operationName: string;
        variables?: Record<string, unknown>;
      };
      const variables = body.variables ?? {};
      operations.push({ name: body.operationName, variables });
      const result = await execute(body.query, variables, root);
      return new Response(JSON.stringify(result), { headers: { "content-type": "application/json" } });
    },
    exchanges: [
      fieldsyncCache(),
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: (request) => ({
          subscribe: (sink) => {
            const variables = request.variables as Record<string, unknown>;
            operations.push({ name: request.operationName ?? "", variables });
            const entry = {
              name: request.operationName ?? "",
              push: async (data: Root) => {
                // graphql() executes a subscription's selection over the pushed value, once, as a query.
                const result = await execute(request.query ?? "", variables, data);
                sink.next(result as Parameters<typeof sink.next>[0]);
              },
            };
            sinks.add(entry);
            return { unsubscribe: () => sinks.delete(entry) };
          },
        }),
      }),
    ],
  });

  return {
    client,
    sent: (name) => operations.filter((one) => one.name === name).map((one) => one.variables),
    emit: async (name, data) => {
      for (const sink of sinks) if (sink.name === name) await sink.push(data);
    },
  };
}

export function renderWith(server: TestServer, page: ReactNode) {
  return render(
    <FluentProvider theme={webLightTheme}>
      <Provider value={server.client}>{page}</Provider>
      <Toaster toasterId={TOASTER_ID} />
    </FluentProvider>,
  );
}
