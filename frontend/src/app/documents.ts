import { type AnyVariables, type Exchange, type ExecutionResult, makeOperation, type Operation } from "urql";
import { filter, makeSubject, map, merge, pipe } from "wonka";

type Errors = NonNullable<ExecutionResult["errors"]>;

/** Whether a server refused because it does not know the hash of an operation. */
export function isUnknownDocument(errors: unknown): errors is Errors {
  return Array.isArray(errors) && errors.some((one) => one?.extensions?.code === "DOCUMENT_UNKNOWN");
}

/**
 * Sends the hash of an operation in the place of its text: the server knows those that the page was built with.
 * A server of another version may know others; it is then sent the text, once and from then on.
 */
export const byHash: Exchange =
  ({ forward }) =>
  (operations$) => {
    const unknown = new Set<string>();
    const again = makeSubject<Operation>();

    const shortened = (operation: Operation): Operation => {
      const hash = hashOf(operation);
      if (operation.kind === "teardown" || !hash || unknown.has(hash)) return operation;
      const persistedQuery = { version: 1 as const, sha256Hash: hash.replace(/^sha256:/, "") };
      return withExtensions(operation, { ...operation.extensions, persistedQuery });
    };

    return pipe(
      merge([operations$, again.source]),
      map(shortened),
      forward,
      filter((result) => {
        const hash = hashOf(result.operation);
        if (!hash || unknown.has(hash) || !isUnknownDocument(result.error?.graphQLErrors)) return true;
        unknown.add(hash);
        const { persistedQuery: _, ...extensions } = result.operation.extensions ?? {};
        again.next(withExtensions(result.operation, extensions));
        return false;
      }),
    );
  };

function withExtensions(operation: Operation, extensions: Operation["extensions"]): Operation {
  return makeOperation<unknown, AnyVariables>(operation.kind, { ...operation, extensions }, operation.context);
}

/** What codegen has put into the document. */
function hashOf(operation: Operation): string | undefined {
  return (operation.query as { __meta__?: { hash?: string } }).__meta__?.hash;
}
