/** What a symbol or a line of typing says, before anybody is asked: ours and of a kind that serves here, or not. */
export interface Accepted {
  /** The letters of the codes that serve here: C a card, T a venue's code, A a poster, P a pay code. */
  kinds: string;
  /** Our hosts, in lower case, with a port unless it is the scheme's own. */
  hosts: readonly string[];
  /** Whether a member's number serves too. */
  numbers: boolean;
}

export type Wrong = "foreign" | "kind" | "unreadable";
export type Read = { text: string } | { wrong: Wrong };

const LENGTH_MAX = 512;
const ORIGIN = /^(https?):\/\/([a-z0-9.-]+)(:[0-9]{1,5})?(?=\/)/i;
const SCHEME = /^[a-z][a-z0-9+.-]*:/i;
const CODE = /^\/?([A-Za-z])\/([A-Za-z0-9-]{1,80})\/?$/;
const NUMBER = /^[0-9][0-9 -]{0,15}$/;
const DEFAULT_PORTS: Record<string, string> = { http: ":80", https: ":443" };

/** `LETTER/TOKEN` or the digits of a number, plain and tidy; or what is wrong. Nothing is sent anywhere. */
export function read(told: string, accepted: Accepted): Read {
  const plain = told.normalize("NFKC").trim(); // readers that type may do so in full-width letters
  if (plain.length === 0 || plain.length > LENGTH_MAX) return { wrong: "unreadable" };
  if (NUMBER.test(plain)) return accepted.numbers ? { text: plain.replace(/[^0-9]/g, "") } : { wrong: "unreadable" };
  const origin = ORIGIN.exec(plain);
  if (origin === null && SCHEME.test(plain)) return { wrong: "foreign" };
  if (origin !== null && !accepted.hosts.includes(hostOf(origin))) return { wrong: "foreign" };
  const path = plain.slice(origin?.[0].length ?? 0).replace(/[?#].*/, "");
  const code = CODE.exec(path);
  if (code === null) return { wrong: origin === null ? "unreadable" : "foreign" };
  const letter = (code[1] ?? "").toUpperCase();
  if (!accepted.kinds.includes(letter)) return { wrong: "CTAP".includes(letter) ? "kind" : "foreign" };
  return { text: `${letter}/${(code[2] ?? "").toUpperCase()}` };
}

function hostOf(origin: RegExpExecArray): string {
  const port = origin[3] ?? "";
  const ofScheme = DEFAULT_PORTS[(origin[1] ?? "").toLowerCase()] === port;
  return (origin[2] ?? "").toLowerCase() + (ofScheme ? "" : port);
}
