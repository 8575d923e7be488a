import { Client, fetchExchange, gql } from "urql";
import { expect, test } from "vitest";
import { byHash } from "./documents";

interface Body {
  query?: string;
  operationName?: string;
  extensions?: { persistedQuery?: { version: number; sha256Hash: string } };
}

const VIEWER = Object.assign(gql("query Viewer { viewer { role } }"), { __meta__: { hash: "sha256:abc" } });
const ANSWER = { data: { viewer: { role: "USER" } } };
const UNKNOWN = { errors: [{ message: "Unknown.", extensions: { code: "DOCUMENT_UNKNOWN" } }] };

function server(known: boolean): { client: Client; sent: Body[] } {
  const sent: Body[] = [];
  const client = new Client({
    url: "http://test/graphql",
    preferGetMethod: false,
    requestPolicy: "network-only",
    fetch: async (_url, init) => {
      const body = JSON.parse(String(init?.body)) as Body;
      sent.push(body);
      const answer = body.query || known ? ANSWER : UNKNOWN;
      return new Response(JSON.stringify(answer), { headers: { "content-type": "application/json" } });
    },
    exchanges: [byHash, fetchExchange],
  });
  return { client, sent };
}

test("an operation is sent by its hash", async () => {
  const { client, sent } = server(true);

  const result = await client.query(VIEWER, {}).toPromise();

  expect(result.data).toEqual(ANSWER.data);
  expect(sent).toEqual([
    {
      operationName: "Viewer",
      variables: {},
      extensions: { persistedQuery: { version: 1, sha256Hash: "abc" } },
    },
  ]);
});

test("a server that does not know the hash is sent the text, and no hash again", async () => {
  const { client, sent } = server(false);

  const first = await client.query(VIEWER, {}).toPromise();
  const second = await client.query(VIEWER, {}).toPromise();

  expect([first.error, second.error]).toEqual([undefined, undefined]);
  expect(sent.map((body) => Boolean(body.query))).toEqual([false, true, true]);
  expect(sent.map((body) => Boolean(body.extensions?.persistedQuery))).toEqual([true, false, false]);
});

test("an operation without a hash is sent as it is", async () => {
  const { client, sent } = server(true);

  await client.query(gql("query Other { viewer { role } }"), {}).toPromise();

  expect(sent[0]?.query).toContain("query Other");
});
