/** The header by which a device at a counter shows that it sent this itself; from anybody else's browser it says nothing. */
import { deviceKey, spelled } from "../device/key";
import { hex, newId, sha256, utf8 } from "./bytes";

export async function proven(path: string, body: string): Promise<Record<string, string>> {
  const key = await deviceKey();
  const [time, nonce] = [Date.now(), newId(Date.now())];
  const lines = ["yui 1", "POST", path, String(time), nonce, hex(await sha256(utf8(body)))];
  const signature = spelled(await key.sign(utf8(lines.join("\n"))));
  return { "device-proof": `${key.keyId}.${time}.${nonce}.${signature}` };
}
