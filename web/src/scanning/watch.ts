/** Decides, from what each picture shows, what is told: the same symbol once for as long as it stays, and never one of two. */
const GONE_MILLISECONDS = 2000; // not seen for so long: it left the picture
const SURE_MILLISECONDS = 700; // two pictures as near as this agree

export interface Found {
  /** The symbol that is to be told now. */
  text?: string;
  /** Two symbols came into the picture. */
  two?: true;
}

export class Watch {
  readonly #told = new Map<string, number>();
  #candidate: { text: string; at: number } | null = null;
  #two = Number.NEGATIVE_INFINITY;

  /** What a picture of `now` (milliseconds) brings. While somebody is `busy` with one symbol, the next waits. */
  look(texts: readonly string[], now: number, busy: boolean): Found {
    const distinct = new Set(texts);
    for (const text of distinct) if (this.stays(text, now)) this.#told.set(text, now);
    if (distinct.size > 1) return this.#several(now);
    const [text] = distinct;
    if (text === undefined || this.stays(text, now) || now - this.#two < SURE_MILLISECONDS) return {};
    const sure = this.#candidate?.text === text && now - this.#candidate.at < SURE_MILLISECONDS;
    this.#candidate = { text, at: now };
    if (!sure || busy) return {};
    this.tell(text, now);
    return { text };
  }

  /** Remembers that `text` is told. */
  tell(text: string, now: number): void {
    this.#candidate = null;
    for (const [each, at] of this.#told) if (now - at >= GONE_MILLISECONDS) this.#told.delete(each);
    this.#told.set(text, now);
  }

  /** Whether `text` was told and has not been away since. */
  stays(text: string, now: number): boolean {
    const at = this.#told.get(text);
    return at !== undefined && now - at < GONE_MILLISECONDS;
  }

  #several(now: number): Found {
    const came = now - this.#two >= GONE_MILLISECONDS;
    this.#two = now;
    this.#candidate = null;
    return came ? { two: true } : {};
  }
}
