// The page's side of the hashing worker. A browser that cannot run it sends all the same, without a digest.

class Digests {
  /** @type {Map<number, {resolve: (digest: string | null) => void, report: (share: number) => void, size: number}>} */
  #jobs = new Map();
  /** @type {Worker | null} */
  #worker = null;
  #number = 0;

  #start() {
    const worker = new Worker(new URL("./hash-worker.js", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }) => {
      const job = this.#jobs.get(data.id);
      if (!job) return;
      if (data.done !== undefined) {
        job.report(data.done / job.size);
        return;
      }
      job.resolve(data.digest ?? null);
      this.#jobs.delete(data.id);
    };
    worker.onerror = () => {
      for (const job of this.#jobs.values()) job.resolve(null);
      this.#jobs.clear();
      this.#worker = null;
    };
    return worker;
  }

  /**
   * The hexadecimal SHA-256 of the file, or null if it cannot be computed here or is no longer wanted.
   * @param {File} file
   * @param {(share: number) => void} report
   * @param {AbortSignal} unwanted
   * @returns {Promise<string | null>}
   */
  of(file, report, unwanted) {
    return new Promise((resolve) => {
      try {
        this.#worker ??= this.#start();
        const id = ++this.#number;
        this.#jobs.set(id, { resolve, report, size: file.size });
        this.#worker.postMessage({ id, file });
        unwanted.addEventListener("abort", () => this.#worker?.postMessage({ id }));
      } catch {
        resolve(null);
      }
    });
  }
}

export const digests = new Digests();
