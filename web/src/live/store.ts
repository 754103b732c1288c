/**
 * What this browser keeps without signal: lists and scans, each encrypted under a key that cannot be taken out of the browser; and, of
 * each queue, the last link. Whoever copies the storage has neither names nor cards.
 */
import { type DBSchema, type IDBPDatabase, openDB } from "idb";

const DATABASE = "yui-live";

export interface Sealed {
  iv: Uint8Array<ArrayBuffer>;
  data: ArrayBuffer;
}

/** A scan that is not sent yet. `owner` is who took it; `number` and `before` are its place in the queue of that key and slot. */
export interface Waiting {
  id?: number;
  slot: string;
  owner: string;
  keyId: string;
  number: number;
  before: string;
  signature: string;
  record: Sealed;
}

export interface Head {
  of: string;
  number: number;
  hash: string;
}

interface Kept {
  slot: string;
  until: number;
  list: Sealed;
}

interface Schema extends DBSchema {
  keys: { key: string; value: CryptoKey };
  lists: { key: string; value: Kept };
  queue: { key: number; value: Waiting; indexes: { slot: string } };
  heads: { key: string; value: Head };
}

let opening: Promise<IDBPDatabase<Schema>> | null = null;

export function opened(): Promise<IDBPDatabase<Schema>> {
  opening ??= openDB<Schema>(DATABASE, 1, {
    upgrade(made) {
      made.createObjectStore("keys");
      made.createObjectStore("lists", { keyPath: "slot" });
      made.createObjectStore("queue", { keyPath: "id", autoIncrement: true }).createIndex("slot", "slot");
      made.createObjectStore("heads", { keyPath: "of" });
    },
  });
  return opening;
}

const lines = new Map<string, Promise<unknown>>();

/** One at a time, over all pages of this browser where it can lock, else on this page. */
export function alone<T>(name: string, work: () => Promise<T>): Promise<T> {
  if (navigator.locks) return navigator.locks.request(`yui-live-${name}`, work) as Promise<T>;
  const next = (lines.get(name) ?? Promise.resolve()).then(work);
  lines.set(name, next.catch(() => undefined));
  return next;
}

export async function seal(text: string): Promise<Sealed> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const plain = new Uint8Array(new TextEncoder().encode(text));
  return { iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await secret(), plain) };
}

export async function unseal(sealed: Sealed): Promise<string> {
  return new TextDecoder().decode(await crypto.subtle.decrypt({ name: "AES-GCM", iv: sealed.iv }, await secret(), sealed.data));
}

export async function keepList(slot: string, until: number, text: string): Promise<void> {
  await (await opened()).put("lists", { slot, until, list: await seal(text) });
}

export async function keptList(slot: string): Promise<string | null> {
  const kept = await (await opened()).get("lists", slot);
  return kept ? unseal(kept.list) : null;
}

export async function forgetList(slot: string): Promise<void> {
  await (await opened()).delete("lists", slot);
}

/** Lists whose time is over are gone, whether anybody opens their page again or not. */
export async function forgetOld(now: number): Promise<void> {
  const db = await opened();
  for (const each of await db.getAll("lists")) if (each.until < now) await db.delete("lists", each.slot);
}

function secret(): Promise<CryptoKey> {
  return alone("secret", async () => {
    const db = await opened();
    const kept = await db.get("keys", "kept");
    if (kept) return kept;
    const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    await db.put("keys", made, "kept");
    return made;
  });
}
