/**
 * The queue: every scan is written down, signed and linked to the one before, before anything is sent. It leaves the queue when the
 * server has answered for it, and in no other way.
 */
import { keptKey, NoDeviceKey, signWith } from "../device/key";
import { hex, sha256, utf8 } from "./bytes";
import { alone, type Head, opened, seal, unseal, type Waiting } from "./store";

export const FIRST_BEFORE = "0".repeat(64);

/** The exact JSON that is signed. */
export interface ScanRecord {
  scan_id: string;
  method: "card" | "manual" | "retract";
  slot_id: string;
  occurred_at: string;
  direction: "auto";
  code?: string;
  member_number?: number;
  reason?: string;
  takes_back?: string;
  seal?: string;
}

/** Writes a scan down; when this resolves it is on the device. */
export function enqueue(owner: string, record: ScanRecord): Promise<void> {
  return alone("queue", async () => {
    const key = await keptKey(owner);
    if (!key) throw new NoDeviceKey("no key for whoever is signed in");
    const slot = record.slot_id;
    const head = await headOf(key.keyId, slot);
    const text = JSON.stringify(record);
    const number = head.number + 1;
    const lines = ["yui queue 1", key.keyId, slot, String(number), head.hash, hex(await sha256(utf8(text)))];
    const message = utf8(lines.join("\n"));
    const signature = hex(await signWith(key.pair, message));
    const waiting: Waiting = { slot, owner, keyId: key.keyId, number, before: head.hash, signature, record: await seal(text) };
    const next: Head = { of: head.of, number, hash: hex(await sha256(message)) };
    const writing = (await opened()).transaction(["queue", "heads"], "readwrite", { durability: "strict" });
    await Promise.all([writing.objectStore("queue").add(waiting), writing.objectStore("heads").put(next), writing.done]);
  });
}

/** Everything that is not sent, in the order in which it happened. */
export async function waiting(): Promise<Waiting[]> {
  return (await opened()).getAll("queue");
}

export async function count(): Promise<number> {
  return (await opened()).count("queue");
}

/** What a record says, for the page and for sending. */
export async function textOf(each: Waiting): Promise<string> {
  return unseal(each.record);
}

/** Takes out what the server has answered for. */
export async function settle(done: readonly Waiting[]): Promise<void> {
  const db = await opened();
  const writing = db.transaction("queue", "readwrite", { durability: "strict" });
  for (const each of done) if (each.id !== undefined) void writing.store.delete(each.id);
  await writing.done;
}

/** Goes on from where the server stands, after it has put a queue that did not hold on its list. */
export async function goOnFrom(keyId: string, slot: string, number: number, hash: string): Promise<void> {
  await alone("queue", async () => {
    await (await opened()).put("heads", { of: `${keyId} ${slot}`, number, hash });
  });
}

async function headOf(keyId: string, slot: string): Promise<Head> {
  const of = `${keyId} ${slot}`;
  return (await (await opened()).get("heads", of)) ?? { of, number: 0, hash: FIRST_BEFORE };
}
