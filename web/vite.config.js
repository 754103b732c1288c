// From src/*.ts, each of which a page may load, to dist/ with a manifest; beside every file its brotli and gzip form.
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";

const here = import.meta.dirname;
const entries = readdirSync(join(here, "src")).filter((name) => name.endsWith(".ts"));
const WORTH = /\.(css|js|svg|wasm)$/;
const BYTES_MIN = 1024;

const compressed = {
  name: "compressed",
  apply: "build",
  closeBundle() {
    const dist = join(here, "dist");
    for (const name of readdirSync(dist).filter((each) => WORTH.test(each))) {
      const plain = readFileSync(join(dist, name));
      if (plain.length < BYTES_MIN) continue;
      writeFileSync(join(dist, `${name}.br`), brotliCompressSync(plain));
      writeFileSync(join(dist, `${name}.gz`), gzipSync(plain, { level: 9 }));
    }
  },
};

// Style sheets and workers are bundled too, which the list of licences, made from the scripts of pages, does not know.
const THANKED = [
  ["@digital-go-jp/design-tokens", "MIT"],
  ["zxing-wasm", "MIT; the reader in it is ZXing-C++, Apache-2.0"],
];
const thanked = {
  name: "thanked",
  apply: "build",
  closeBundle() {
    for (const [name, licence] of THANKED) {
      const text = readFileSync(join(here, "node_modules", ...name.split("/"), "LICENSE"), "utf8");
      appendFileSync(join(here, "dist", "licenses.md"), `\n## ${name} (${licence})\n\n${text}`);
    }
  },
};

export default {
  root: here,
  base: "/assets/",
  publicDir: false,
  plugins: [compressed, thanked],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    assetsDir: "",
    assetsInlineLimit: 0, // a policy without data: in fonts and scripts, and files that are cached
    manifest: true,
    license: { fileName: "licenses.md" },
    modulePreload: { polyfill: false }, // it would be an inline script
    target: ["chrome90", "edge90", "firefox90", "safari14.1"], // phones of some years ago
    rollupOptions: { input: entries.map((name) => join("src", name)) },
  },
  worker: { format: "es" },
};
