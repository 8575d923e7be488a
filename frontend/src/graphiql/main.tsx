import { GraphiQL } from "graphiql";
import "graphiql/style.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { EXAMPLES } from "./examples";
import { fetcher } from "./fetcher";
import "./graphiql.css";

const TOKEN = `{
  "Authorization": "Bearer …"
}
`;

const root = document.getElementById("root");
if (!root) throw new Error("graphiql.html has no element with the id root");
createRoot(root).render(
  <StrictMode>
    <GraphiQL
      fetcher={fetcher}
      defaultTabs={EXAMPLES.map((example) => ({ variables: null, headers: null, ...example }))}
      defaultEditorToolsVisibility="variables"
      showPersistHeadersSettings={false}
    >
      <GraphiQL.Logo>
        <a href="/">Fieldsync</a>
      </GraphiQL.Logo>
      <GraphiQL.Footer>
        <p>
          You act as whoever is <a href="/">signed in</a> in this browser. To use a token, put it under <b>Headers</b>:{" "}
          <code>{TOKEN.replace(/\s+/g, " ")}</code>
        </p>
      </GraphiQL.Footer>
    </GraphiQL>
  </StrictMode>,
);
