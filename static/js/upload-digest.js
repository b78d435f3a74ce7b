// The page's side of the hashing worker. A browser that cannot run it sends all the same, without a digest.

class Digests {
  #jobs = new Map();
  #worker = null;
  #number = 0;

  #start() {
    this.#worker = new Worker(new URL("./hash-worker.js", import.meta.url), { type: "module" });
    this.#worker.onmessage = ({ data }) => {
      const job = this.#jobs.get(data.id);
      if (data.done !== undefined) return job?.report(data.done / job.size);
      job?.resolve(data.digest ?? null);
      this.#jobs.delete(data.id);
    };
    this.#worker.onerror = () => {
      for (const job of this.#jobs.values()) job.resolve(null);
      this.#jobs.clear();
      this.#worker = null;
    };
  }

  // The hexadecimal SHA-256 of the file, or null if it cannot be computed here.
  of(file, report) {
    return new Promise((resolve) => {
      try {
        if (!this.#worker) this.#start();
        const id = ++this.#number;
        this.#jobs.set(id, { resolve, report, size: file.size });
        this.#worker.postMessage({ id, file });
      } catch {
        resolve(null);
      }
    });
  }
}

export const digests = new Digests();
