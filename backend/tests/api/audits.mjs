// Asks a GraphQL server everything that graphql-http's audits ask, and prints what did not pass.
import { auditServer } from "graphql-http";

const results = await auditServer({ url: process.argv[2] });
const failed = results.filter((result) => result.status !== "ok");
console.log(
  JSON.stringify({
    asked: results.length,
    failed: failed.map(({ id, name, status, reason }) => ({ id, name, status, reason })),
  }),
);
