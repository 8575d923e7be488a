import { useSyncExternalStore } from "react";
import { type Connection, currentConnection, subscribeToConnection } from "../lib/connection";
import { currentPath, subscribeToPath } from "../lib/location";

export function usePath(): string {
  return useSyncExternalStore(subscribeToPath, currentPath);
}

export function useConnection(): Connection {
  return useSyncExternalStore(subscribeToConnection, currentConnection);
}
