import type { CodegenConfig } from "@graphql-codegen/cli";

// Types come from the SDL file, never from a running server, so a checkout builds offline.
const config: CodegenConfig = {
  schema: "schema.graphql",
  documents: ["frontend/src/**/*.{ts,tsx}", "!frontend/src/gql/**"],
  ignoreNoDocuments: true,
  generates: {
    "frontend/src/gql/": {
      preset: "client",
      presetConfig: { fragmentMasking: { unmaskFunctionName: "readFragment" } },
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
