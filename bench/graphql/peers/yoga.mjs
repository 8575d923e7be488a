// graphql-yoga with plain resolvers over the statement that Fieldsync sends, by `pg` with prepared statements. Withheld
// columns are not read. BENCH_JIT=1 adds graphql-jit as Envelop's documentation does.
import { createServer } from "node:http";
import { useGraphQlJit } from "@envelop/graphql-jit";
import { createSchema, createYoga } from "graphql-yoga";
import pg from "pg";

const { BENCH_DATABASE, BENCH_PORT, BENCH_CONNECTIONS, BENCH_CALLERS, BENCH_FIELDS, BENCH_JIT } = process.env;
const callers = new Map(Object.entries(JSON.parse(BENCH_CALLERS)));
const fields = Object.entries(JSON.parse(BENCH_FIELDS)); // column, name
const pool = new pg.Pool({ connectionString: BENCH_DATABASE, max: Number(BENCH_CONNECTIONS) });
pg.types.setTypeParser(pg.types.builtins.DATE, (text) => text);

/** The statements of a caller, made once: a withheld column reads as null. */
function statements(withheld) {
  const columns = fields.map(([column, name]) => `${withheld.includes(column) ? "NULL" : column} AS "${name}"`);
  const select = `SELECT 'contact:' || id AS id, ${columns.join(", ")} FROM contact`;
  return {
    page: { name: `page ${withheld}`, text: `${select} ORDER BY contact.id LIMIT $1` },
    one: { name: `one ${withheld}`, text: `${select} WHERE id = $1` },
  };
}
for (const caller of callers.values()) caller.statements = statements(caller.withheld);

function statementsOf(context) {
  const caller = callers.get(context.request.headers.get("authorization"));
  if (!caller) throw new Error("Sign in first.");
  return caller.statements;
}

const schema = createSchema({
  typeDefs: /* GraphQL */ `
    type Contact { id: ID! ${fields.map(([, name]) => `${name}: String`).join(" ")} }
    type ContactConnection { nodes: [Contact!]! }
    type Query { contacts(first: Int!): ContactConnection! contact(id: ID!): Contact }
  `,
  resolvers: {
    Query: {
      async contacts(_, { first }, context) {
        const { rows } = await pool.query({ ...statementsOf(context).page, values: [first] });
        return { nodes: rows };
      },
      async contact(_, { id }, context) {
        const { rows } = await pool.query({ ...statementsOf(context).one, values: [id.slice("contact:".length)] });
        return rows[0] ?? null;
      },
    },
  },
});

const yoga = createYoga({
  schema,
  logging: false,
  graphiql: false,
  landingPage: false,
  plugins: BENCH_JIT === "1" ? [useGraphQlJit()] : [],
});
createServer(yoga).listen(Number(BENCH_PORT), "127.0.0.1");
