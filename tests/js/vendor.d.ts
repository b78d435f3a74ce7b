// What the browser finds under another address than Node: see config/settings/components/static_files.py.
declare module "*/vendor/hash-wasm/index.esm.min.js" {
  export * from "hash-wasm";
}

// Classic scripts that stand in the page before ours.
interface Window {
  tus: typeof import("tus-js-client");
  webauthnJSON?: {
    get(options: unknown): Promise<unknown>;
    create(options: unknown): Promise<unknown>;
  };
}
