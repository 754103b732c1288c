/** The key of this browser: made here, kept here, and never told to anybody, not even to the scripts of this page. */
import { type DBSchema, type IDBPDatabase, openDB } from "idb";

const CURVE = { name: "ECDSA", namedCurve: "P-256" } as const;
const SIGNING = { name: "ECDSA", hash: "SHA-256" } as const;
const DATABASE = "yui-device";
const KEYS = "keys";

export interface DeviceKey {
  keyId: string;
  /** r and s, 32 bytes each, over the SHA-256 of the bytes. */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}

/** One key for each person who signs in at this browser: a key answers for one of them alone. */
interface Kept {
  owner: string;
  keyId: string;
  pair: CryptoKeyPair;
}

interface Keys extends DBSchema {
  [KEYS]: { key: string; value: Kept };
}

/** Why there is no key: the browser cannot, or the server did not take it. */
export class NoDeviceKey extends Error {}

/** The key of whoever is signed in on this page; made and registered at first use, for which a signal is needed. */
export async function deviceKey(): Promise<DeviceKey> {
  const owner = document.documentElement.dataset["who"] ?? "";
  const kept = (await keptKey(owner)) ?? (await register(owner));
  return { keyId: kept.keyId, sign: (bytes) => signWith(kept.pair, bytes) };
}

/** The key that this browser has for `owner`, if it has one. */
export async function keptKey(owner: string): Promise<Kept | undefined> {
  return (await opened()).get(KEYS, owner);
}

/** A new pair, whose private half cannot be taken out of the browser. */
export async function newPair(): Promise<{ pair: CryptoKeyPair; publicKey: string }> {
  if (!globalThis.crypto?.subtle || !globalThis.indexedDB) throw new NoDeviceKey("this browser makes no keys");
  const pair = await crypto.subtle.generateKey(CURVE, false, ["sign", "verify"]);
  return { pair, publicKey: spelled(new Uint8Array(await crypto.subtle.exportKey("spki", pair.publicKey))) };
}

export async function keep(kept: Kept): Promise<void> {
  await (await opened()).put(KEYS, kept);
}

export async function signWith(pair: CryptoKeyPair, bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.sign(SIGNING, pair.privateKey, new Uint8Array(bytes)));
}

/** Bytes as base64url without padding. */
export function spelled(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

async function register(owner: string): Promise<Kept> {
  const { pair, publicKey } = await newPair();
  const token = document.querySelector<HTMLInputElement>('input[name="form_token"]')?.value ?? "";
  const body = new URLSearchParams({ form_token: token, public_key: publicKey });
  const answer = await fetch("/device/key", { method: "POST", body, headers: { accept: "application/json" } });
  if (!answer.ok) throw new NoDeviceKey(`the key was not taken: ${answer.status}`);
  const kept = { owner, keyId: ((await answer.json()) as { key_id: string }).key_id, pair };
  await keep(kept);
  return kept;
}

function opened(): Promise<IDBPDatabase<Keys>> {
  return openDB<Keys>(DATABASE, 1, { upgrade: (made) => void made.createObjectStore(KEYS, { keyPath: "owner" }) });
}
