// The load: a line of JSON on standard input is a job for autocannon, its figures go out as a line of JSON.
// {"port", "connections", "amount", "requests": [{method, path, headers, body}]}
import { createInterface } from "node:readline";
import autocannon from "autocannon";

for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await run(JSON.parse(line))));
}

async function run({ port, connections, amount, requests }) {
  const times = [];
  let bytes = 0;
  let started = 0;
  let end = process.hrtime.bigint();
  const begin = end;
  const load = autocannon({
    url: `http://127.0.0.1:${port}`,
    connections,
    amount,
    // Each connection begins elsewhere in the list, so that the four never ask for the same at once.
    setupClient(client) {
      const first = Math.floor((requests.length / connections) * started++);
      client.setRequests([...requests.slice(first), ...requests.slice(0, first)]);
    },
    requests: requests.slice(0, 1),
    timeout: 60,
    sampleInt: 20,
  });
  load.on("response", (_client, _status, length, milliseconds) => {
    times.push(milliseconds);
    bytes += length;
    end = process.hrtime.bigint();
  });
  const result = await load;
  times.sort((a, b) => a - b);
  const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))] / 1000;
  return {
    wall: Number(end - begin) / 1e9,
    count: times.length,
    bytes,
    failed: result.errors + result.timeouts + result.non2xx,
    median: at(0.5),
    p99: at(0.99),
    longest: at(1),
  };
}
