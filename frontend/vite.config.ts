import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const backend = process.env.FIELDSYNC_BACKEND ?? "http://127.0.0.1:8000";

export default defineConfig({
  root: import.meta.dirname,
  cacheDir: "../node_modules/.vite",
  plugins: [react()],
  build: {
    outDir: "../backend/fieldsync/web/static",
    emptyOutDir: true,
    target: "es2022",
    chunkSizeWarningLimit: 700,
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
