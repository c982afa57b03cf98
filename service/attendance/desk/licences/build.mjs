// node build.mjs - one minified ES module from barcode-detector/ponyfill, without any CDN address in it
import { build } from "esbuild";
import { readFile } from "node:fs/promises";
const CDN = /locateFile: \(e, t\) => \{\s*let n = e\.match\([^\n]*\);\s*return n \? `https:\/\/[^/`]*\/[^`]*` : t \+ e;\s*\}/;
const ownAddress = {
  name: "own-address",
  setup(b) {
    b.onLoad({ filter: /barcode-detector[\\/]dist[\\/]es[\\/]zxing-exported\.js$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      if (!CDN.test(text)) throw new Error("default locateFile not found: look at the new version");
      return { contents: text.replace(CDN, "locateFile: (e) => new URL(e, import.meta.url).href"), loader: "js" };
    });
  },
};
await build({
  stdin: { contents: 'export { BarcodeDetector, setZXingModuleOverrides, prepareZXingModule, purgeZXingModule } from "barcode-detector/ponyfill";', resolveDir: "." },
  bundle: true, minify: true, format: "esm", target: "es2020", legalComments: "none", charset: "ascii",
  banner: { js: "/* barcode-detector 3.2.2 + zxing-wasm 3.1.3 (reader), MIT (c) 2023 Ze-Zheng Wu; zxing-cpp Apache-2.0. Default wasm address cut out. */" },
  outfile: "out/barcode-detector.js", plugins: [ownAddress],
});
