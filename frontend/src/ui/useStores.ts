import { useSyncExternalStore } from "react";
import { type Connection, currentConnection, subscribeToConnection } from "../lib/connection";
import { currentPath, currentSearch, subscribeToPath } from "../lib/location";

export function usePath(): string {
  return useSyncExternalStore(subscribeToPath, currentPath);
}

/** What follows the path, with its question mark. */
export function useSearch(): string {
  return useSyncExternalStore(subscribeToPath, currentSearch);
}

export function useConnection(): Connection {
  return useSyncExternalStore(subscribeToConnection, currentConnection);
}
