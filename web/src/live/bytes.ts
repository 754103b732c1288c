/** Texts and bytes as the server writes them: hex, SHA-256, and the base32 of cards. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CARD_SYMBOLS = 16;

export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new TextEncoder().encode(text));
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (each) => each.toString(16).padStart(2, "0")).join("");
}

export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

/** What a card is called in the list of a slot: nothing in the list says what the card says. Null for what is no card. */
export async function knownBy(slot: string, card: string): Promise<string | null> {
  const secret = unspelled(card);
  if (secret === null) return null;
  const fingerprint = await sha256(joined(utf8("yui card\0"), secret));
  const salt = Uint8Array.from(slot.replaceAll("-", "").match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  return hex(await sha256(joined(salt, fingerprint)));
}

/** A new id: UUID version 7, from this device's clock and chance. */
export function newId(now: number): string {
  const told = crypto.getRandomValues(new Uint8Array(16));
  for (let at = 0; at < 6; at += 1) told[at] = Math.floor(now / 2 ** (8 * (5 - at))) & 0xff;
  told[6] = 0x70 | ((told[6] ?? 0) & 0x0f);
  told[8] = 0x80 | ((told[8] ?? 0) & 0x3f);
  return hex(told).replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}

/** The ten bytes of a card's sixteen symbols. */
function unspelled(card: string): Uint8Array | null {
  const tidy = card.toUpperCase().replaceAll("-", "").replace(/[IL]/g, "1").replaceAll("O", "0");
  if (tidy.length !== CARD_SYMBOLS) return null;
  const bits = Array.from(tidy, (each) => ALPHABET.indexOf(each));
  if (bits.includes(-1)) return null;
  const told = bits.map((each) => each.toString(2).padStart(5, "0")).join("");
  return Uint8Array.from(told.match(/.{8}/g) ?? [], (each) => Number.parseInt(each, 2));
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}
