// PostGraphile 5 as its documentation sets it up: the Amber preset in library mode on Node's HTTP server, signed-in
// callers as a database role with settings, in production mode (no GRAPHILE_ENV), no GraphiQL, no explain.
import { createServer } from "node:http";
import { postgraphile } from "postgraphile";
import { makePgService } from "postgraphile/adaptors/pg";
import { grafserv } from "postgraphile/grafserv/node";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";

const { BENCH_DATABASE, BENCH_PORT, BENCH_CONNECTIONS, BENCH_CALLERS } = process.env;
const callers = new Map(Object.entries(JSON.parse(BENCH_CALLERS)));
const nobody = { role: "bench_reads_own" };

const preset = {
  extends: [PostGraphileAmberPreset],
  pgServices: [
    makePgService({
      connectionString: BENCH_DATABASE,
      schemas: ["api"],
      poolConfig: { max: Number(BENCH_CONNECTIONS) },
    }),
  ],
  grafast: {
    explain: false,
    context({ node }) {
      const caller = callers.get(node?.req.headers.authorization);
      return { pgSettings: caller ? caller.settings : nobody };
    },
  },
  grafserv: { graphqlPath: "/graphql", graphiql: false, watch: false, websockets: false },
};

const server = createServer();
server.on("error", (error) => {
  console.error(error);
  process.exit(1);
});
await postgraphile(preset).createServ(grafserv).addTo(server);
server.listen(Number(BENCH_PORT), "127.0.0.1");
