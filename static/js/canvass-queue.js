// What waits on this phone: sealed entries with their time, and the key of each canvass, which is no secret. Nothing
// that lies here says where a door is, or what was found there.

/** @import {Sealed} from "./canvass-seal.js" */
/** @typedef {Sealed & {id: string, canvass: string, at: number}} Entry `at` by the phone's clock, in milliseconds */
/** @typedef {{canvass: string, key: string, me: string, at: number}} Known a canvass that was opened here, and by whom */

/** @returns {Promise<IDBDatabase>} */
const opened = () =>
  new Promise((done, failed) => {
    const asked = indexedDB.open("canvass", 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("entries", { keyPath: "id" });
      asked.result.createObjectStore("known", { keyPath: "canvass" });
    };
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });

/** @type {Promise<IDBDatabase> | undefined} */
let database;

/**
 * Runs in one transaction; done once it is on the disk.
 * @template T
 * @param {"entries" | "known"} store
 * @param {IDBTransactionMode} mode
 * @param {(rows: IDBObjectStore) => IDBRequest<T>} work
 * @returns {Promise<T>}
 */
async function within(store, mode, work) {
  const db = await (database ??= opened());
  return new Promise((done, failed) => {
    const transaction = db.transaction(store, mode, { durability: "strict" });
    const asked = work(transaction.objectStore(store));
    transaction.oncomplete = () => done(asked.result);
    transaction.onerror = transaction.onabort = () => failed(transaction.error);
  });
}

export const put = (/** @type {Entry} */ entry) => within("entries", "readwrite", (rows) => rows.put(entry));
export const drop = (/** @type {string} */ id) => within("entries", "readwrite", (rows) => rows.delete(id));

/** What waits, the oldest first. @returns {Promise<Entry[]>} */
export async function waiting() {
  const all = await within("entries", "readonly", (rows) => rows.getAll());
  return all.sort((/** @type {Entry} */ one, /** @type {Entry} */ other) => one.at - other.at);
}

export const know = (/** @type {Known} */ known) => within("known", "readwrite", (rows) => rows.put(known));

/** The canvass with this id, or the one that was opened here last. @returns {Promise<Known | undefined>} */
export async function known(/** @type {string} */ canvass) {
  /** @type {Known[]} */
  const all = await within("known", "readonly", (rows) => rows.getAll());
  if (canvass) return all.find((one) => one.canvass === canvass);
  return all.sort((one, other) => other.at - one.at)[0];
}
