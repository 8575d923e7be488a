// A real OpenID Connect provider for tests: node provider.mjs REDIRECT_URI… prints its address and ends with its input.
// Everybody may sign in with any name and password; `ada` is in the groups sales and support, `bo` in none.
import { once } from "node:events";
import { createServer } from "node:http";
import { Provider } from "oidc-provider";

const GROUPS = { ada: ["sales", "support"] };
const server = createServer();
server.listen(0, "127.0.0.1");
await once(server, "listening");
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: [
    { client_id: "fieldsync", client_secret: "a secret of the tests", redirect_uris: process.argv.slice(2) },
    { client_id: "public", token_endpoint_auth_method: "none", redirect_uris: process.argv.slice(2) },
  ],
  claims: { openid: ["sub"], profile: ["name", "preferred_username", "groups"] },
  conformIdTokenClaims: false,
  cookies: { keys: ["only for tests"] },
  findAccount: (_ctx, id) => ({
    accountId: id,
    claims: () => ({ sub: id, name: `${id} of the provider`, preferred_username: id, groups: GROUPS[id] ?? [] }),
  }),
  pkce: { required: () => true },
});
provider.on("server_error", (_ctx, error) => console.error(error));
server.on("request", provider.callback());
console.log(issuer);
process.stdin.resume().on("end", () => process.exit(0));
