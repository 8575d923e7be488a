import { readFileSync } from "node:fs";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vitest/config";

const backend = process.env.FIELDSYNC_BACKEND ?? "http://127.0.0.1:8000";

/** The page's operations by their hash, for the server that serves the page: what it may be asked for. */
const documents = {
  name: "fieldsync-documents",
  apply: "build",
  generateBundle() {
    const source = readFileSync(new URL("src/gql/persisted-documents.json", import.meta.url));
    this.emitFile({ type: "asset", fileName: "documents.json", source });
  },
} satisfies Plugin;

export default defineConfig({
  root: import.meta.dirname,
  cacheDir: "../node_modules/.vite",
  plugins: [react(), documents],
  build: {
    outDir: "../backend/fieldsync/web/static",
    emptyOutDir: true,
    target: "es2022",
    chunkSizeWarningLimit: 800,
    rolldownOptions: { input: ["frontend/index.html", "frontend/graphiql.html"] },
  },
  server: {
    port: 5173,
    proxy: {
      "/graphql": { target: backend, ws: true },
      "/session": backend,
      "/demo-accounts": backend,
      "/sign-in-options": backend,
      "/oidc": backend,
    },
  },
  test: {
    environment: "jsdom",
    setupFiles: ["./src/test/setup.ts"],
    include: ["src/**/*.test.{ts,tsx}"],
    testTimeout: 15_000,
    restoreMocks: true,
  },
});
