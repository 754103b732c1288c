/** What a device at a counter signs: each form that it sends, and what its scripts send. The server says the same in api/at_device.py. */
import { type DeviceKey, keptKey, signWith, spelled } from "./key";

const FIELD = "device_proof";
const encoder = new TextEncoder();

/** The proof of one request: `key.time.nonce.signature`. `target` is the path with its query. */
export async function proofOf(key: DeviceKey, method: string, target: string, digest: string): Promise<string> {
  const time = String(Date.now());
  const nonce = uuid(crypto.getRandomValues(new Uint8Array(16)));
  const message = ["yui 1", method, target, time, nonce, digest].join("\n");
  return [key.keyId, time, nonce, spelled(await key.sign(encoder.encode(message)))].join(".");
}

/** The header of what a script sends from a device at a counter; none where this browser holds no key. */
export async function headersFor(method: string, target: string, body: Uint8Array): Promise<Record<string, string>> {
  const key = await ownKey();
  if (!key) return {};
  return { "device-proof": await proofOf(key, method, target, hex(await crypto.subtle.digest("SHA-256", new Uint8Array(body)))) };
}

/** Signs a form, and sends it. Where this browser holds no key it is sent as it is, and the server says what is wrong. */
export async function sendSigned(form: HTMLFormElement, by: HTMLElement | null): Promise<void> {
  for (const old of form.querySelectorAll(`input[data-signed]`)) old.remove();
  if (by instanceof HTMLButtonElement && by.name) hidden(form, by.name, by.value);
  const key = await ownKey();
  const action = (by?.getAttribute("formaction") ?? form.getAttribute("action")) || location.href;
  const at = new URL(action, location.href);
  if (key) hidden(form, FIELD, await proofOf(key, "POST", at.pathname + at.search, await digestOf(new FormData(form))));
  form.setAttribute("action", at.pathname + at.search);
  HTMLFormElement.prototype.submit.call(form);
}

async function ownKey(): Promise<DeviceKey | undefined> {
  const kept = await keptKey(document.documentElement.dataset["who"] ?? "");
  return kept && { keyId: kept.keyId, sign: (bytes) => signWith(kept.pair, bytes) };
}

/** Each name and each value in the form's order, with its length in bytes before it; line ends are LF. */
async function digestOf(fields: FormData): Promise<string> {
  const parts: Uint8Array[] = [];
  for (const pair of fields)
    for (const each of pair) {
      const written = encoder.encode(String(each).replaceAll(/\r\n?/g, "\n"));
      parts.push(encoder.encode(`${written.length}:`), written);
    }
  return hex(await crypto.subtle.digest("SHA-256", await new Blob(parts as BlobPart[]).arrayBuffer()));
}

function hidden(form: HTMLFormElement, name: string, value: string): void {
  const made = document.createElement("input");
  Object.assign(made, { type: "hidden", name, value });
  made.dataset["signed"] = "";
  form.append(made);
}

function hex(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (each) => each.toString(16).padStart(2, "0")).join("");
}

function uuid(bytes: Uint8Array): string {
  const told = hex(new Uint8Array(bytes).buffer);
  return [told.slice(0, 8), told.slice(8, 12), told.slice(12, 16), told.slice(16, 20), told.slice(20)].join("-");
}
