/** Fetches the list and sends the queue. Whatever the server does not answer for stays on the device. */
import { deviceKey } from "../device/key";
import { headersFor } from "../device/proof";
import { utf8 } from "./bytes";
import type { List, Told } from "./roster";
import { goOnFrom, settle, textOf, waiting } from "./queue";
import { alone, forgetList, keepList, type Waiting } from "./store";

const BATCH = 100;

export type State = "online" | "offline" | "signed_out" | "other" | "broken";

/** How the device stands with the server. `what` and `then` are the server's words; `slot` is whose queue does not hold. */
export interface Standing {
  state: State;
  list?: List;
  what?: string;
  then?: string;
}

interface Answered {
  roster: string;
  seal: string;
  principal: string;
  may_enter: boolean;
  form_token: string;
}

/** Why it did not work: no signal (null), or a page of the server's, told by its code. */
class Refused extends Error {
  constructor(
    readonly code: string,
    readonly what = "",
    readonly then = "",
  ) {
    super(code);
  }
}

/** One round, one at a time in this browser. `listed`: what does not hold together goes on the server's list. */
export function sync(slot: string, listed: boolean): Promise<Standing> {
  return alone("sync", () => round(slot, listed));
}

async function round(slot: string, listed: boolean): Promise<Standing> {
  try {
    let fresh = await fetched(slot);
    await key(fresh);
    const sent = await sendAll(fresh, listed);
    if (sent) fresh = await fetched(slot);
    const list = await kept(slot, fresh);
    const others = (await waiting()).some((each) => each.owner !== ownerOf(fresh.principal));
    return { state: others ? "other" : "online", list };
  } catch (error) {
    if (error instanceof TypeError) return { state: "offline" }; // how fetch says that there is no signal
    if (!(error instanceof Refused)) throw error;
    if (error.code === "signed_out") return { state: "signed_out" };
    if (error.code === "later") return { state: "offline" };
    return { state: "broken", what: error.what, then: error.then };
  }
}

export function ownerOf(principal: string): string {
  return principal.replaceAll("-", "");
}

async function fetched(slot: string): Promise<Answered> {
  const answer = await fetch(`/host/slots/${slot}/roster`, { redirect: "manual", headers: { accept: "application/json" } });
  return (await read(answer)) as Answered;
}

/** The key of whoever is signed in, made and registered now if this browser has none for them. */
async function key(fresh: Answered): Promise<void> {
  document.documentElement.dataset["who"] = ownerOf(fresh.principal);
  for (const field of document.querySelectorAll<HTMLInputElement>('input[name="form_token"]')) field.value = fresh.form_token;
  await deviceKey();
}

async function kept(slot: string, fresh: Answered): Promise<List> {
  const list: List = listOf(fresh);
  if (list.told.closed_at !== null) await forgetList(slot);
  else await keepList(slot, Date.parse(list.told.good_until) + list.ahead, JSON.stringify(list));
  return list;
}

function listOf(fresh: Answered): List {
  const told = JSON.parse(fresh.roster) as Told;
  const ahead = Date.now() - Date.parse(told.given_at);
  return { told, seal: fresh.seal, principal: fresh.principal, entering: fresh.may_enter, ahead };
}

/** Sends every queue, of this slot and of others. Answers whether anything was sent. */
async function sendAll(fresh: Answered, listed: boolean): Promise<boolean> {
  const owner = ownerOf(fresh.principal);
  let sent = false;
  for (const batch of batches((await waiting()).filter((each) => listed || each.owner === owner))) {
    await send(batch, fresh.form_token, listed);
    sent = true;
  }
  return sent;
}

/** Records of one key and slot together, in order, at most BATCH. */
function batches(all: readonly Waiting[]): Waiting[][] {
  const found = new Map<string, Waiting[]>();
  for (const each of all) {
    const of = `${each.keyId} ${each.slot}`;
    found.set(of, [...(found.get(of) ?? []), each]);
  }
  const sorted = [...found.values()].map((queue) => queue.sort((a, b) => a.number - b.number));
  return sorted.flatMap((queue) => Array.from({ length: Math.ceil(queue.length / BATCH) }, (_, nth) => queue.slice(nth * BATCH, (nth + 1) * BATCH)));
}

async function send(batch: readonly Waiting[], token: string, listed: boolean): Promise<void> {
  const [first] = batch;
  if (!first) return;
  const records = await Promise.all(
    batch.map(async (each) => ({ number: each.number, before: each.before, record: await textOf(each), signature: each.signature })),
  );
  const queue = JSON.stringify({ key_id: first.keyId, records, sent_at: new Date().toISOString(), listed });
  const [path, body] = [`/host/slots/${first.slot}/queue`, new URLSearchParams({ form_token: token, queue }).toString()];
  const headers = { "content-type": "application/x-www-form-urlencoded", ...(await headersFor("POST", path, utf8(body))) };
  const answer = await fetch(path, { method: "POST", body, headers, redirect: "manual" });
  const told = (await read(answer)) as { answers: { scan_id: string }[]; number: number; hash: string };
  await settle(batch);
  if (listed) await goOnFrom(first.keyId, first.slot, told.number, told.hash);
}

async function read(answer: Response): Promise<unknown> {
  if (answer.type === "opaqueredirect") throw new Refused("signed_out");
  if (answer.ok) return answer.json();
  if (answer.status >= 500) throw new Refused("later");
  const told = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector<HTMLElement>("[data-code]");
  const [what, then] = [told?.querySelector("h1")?.textContent ?? "", told?.querySelector("p")?.textContent ?? ""];
  throw new Refused(told?.dataset["code"] ?? "unknown", what, then);
}
