import type { CodegenConfig } from "@graphql-codegen/cli";
import { addTypenameSelectionDocumentTransform } from "@graphql-codegen/client-preset";

// Types come from the SDL file, never from a running server, so a checkout builds offline.
const config: CodegenConfig = {
  schema: "schema.graphql",
  documents: ["frontend/src/**/*.{ts,tsx}", "!frontend/src/gql/**"],
  ignoreNoDocuments: true,
  generates: {
    "frontend/src/gql/": {
      preset: "client",
      presetConfig: {
        fragmentMasking: { unmaskFunctionName: "readFragment" },
        // What the server is asked for by hash is what the cache would make of it: with the names of types.
        persistedDocuments: { hashAlgorithm: "sha256" },
      },
      documentTransforms: [addTypenameSelectionDocumentTransform],
      config: {
        useTypeImports: true,
        enumsAsTypes: true,
        scalars: { DateTime: "string", Date: "string" },
        defaultScalarType: "unknown",
      },
    },
  },
};

export default config;
