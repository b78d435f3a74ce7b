// What the browser finds under another address than Node: see config/settings/components/static_files.py.
declare module "*/vendor/hash-wasm/index.esm.min.js" {
  export * from "hash-wasm";
}
declare module "*/vendor/mediabunny/mediabunny.min.mjs" {
  export * from "mediabunny";
}

// Classic scripts that stand in the page before ours.
interface Window {
  tus: typeof import("tus-js-client");
  webauthnJSON?: {
    get(options: unknown): Promise<unknown>;
    create(options: unknown): Promise<unknown>;
  };
}
