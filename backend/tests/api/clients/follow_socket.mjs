// Follows a run with the npm package graphql-ws: node follow_socket.mjs URL TOKEN RUN
// Resumes after the last event it got whenever its connection breaks. Prints a line for each event and at the end.
import { createClient } from "graphql-ws";

const [url, token, runId] = process.argv.slice(2);
const query = "subscription($id: ID!, $after: Int) { runEvents(runId: $id, after: $after) { seq type } }";
let after = 0;
let ended = false;

for (let tries = 0; !ended && tries < 200; tries++) {
  const client = createClient({
    url,
    connectionParams: { Authorization: `Bearer ${token}` },
    lazy: true,
    retryAttempts: 0,
    onNonLazyError: () => {},
  });
  try {
    for await (const result of client.iterate({ query, variables: { id: runId, after } })) {
      if (result.errors) throw new Error(JSON.stringify(result.errors));
      const event = result.data.runEvents;
      after = event.seq;
      ended = event.type === "FINISHED";
      console.log(JSON.stringify(event));
    }
  } catch (error) {
    if (Array.isArray(error)) throw new Error(JSON.stringify(error));
    console.log(JSON.stringify({ broken: after }));
    await new Promise((go) => setTimeout(go, 50));
  }
  await client.dispose();
}
console.log(JSON.stringify({ ended }));
process.exit(0);
