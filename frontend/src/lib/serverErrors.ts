interface ErrorLike {
  message: string;
  networkError?: Error;
  graphQLErrors: readonly { message: string; extensions?: Record<string, unknown> }[];
  response?: { status?: number };
}

/** The sentence for the person: the server's own where there is one. */
export function errorMessage(error: ErrorLike): string {
  const first = error.graphQLErrors[0];
  if (first) return first.message;
  if (error.networkError) return "The server could not be reached. Check the connection and try again.";
  return error.message;
}

export function isNotSignedIn(error: ErrorLike): boolean {
  return error.response?.status === 401 || error.graphQLErrors.some((one) => one.extensions?.code === "NOT_SIGNED_IN");
}
