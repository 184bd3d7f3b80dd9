// Bundles each page of a peer into one script: `node build.mjs FOLDER`.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const here = import.meta.dirname;
const pages = readdirSync(join(here, "pages")).filter((name) => name.endsWith(".ts"));
await build({
  entryPoints: pages.map((name) => join(here, "pages", name)),
  outdir: process.argv[2] ?? join(here, "../../target/bench/peers"),
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  logLevel: "warning",
  define: { global: "globalThis" },
});
