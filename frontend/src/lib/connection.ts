/** Is the live connection up? `epoch` grows with each reconnect: what was missed meanwhile wants a refetch. */
export interface Connection {
  state: "idle" | "up" | "lost";
  epoch: number;
}

let connection: Connection = { state: "idle", epoch: 0 };
const listeners = new Set<() => void>();

export function currentConnection(): Connection {
  return connection;
}

export function subscribeToConnection(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function connectionChanged(state: Connection["state"]): void {
  if (state === connection.state) return;
  const back = connection.state === "lost" && state === "up";
  connection = { state, epoch: connection.epoch + (back ? 1 : 0) };
  for (const listener of listeners) listener();
}
