/** The live page at work: a scan is answered from the list and written down; then, whenever there is a signal, it is sent. */
import type { By, Feedback } from "../scanning/scanner";
import { knownBy, newId } from "./bytes";
import { count, enqueue, type ScanRecord, textOf, waiting } from "./queue";
import { Hall, type List, type Pending } from "./roster";
import { forgetList, keptList } from "./store";
import { ownerOf, type Standing, sync } from "./sync";
import { made, View } from "./view";
import type { Say } from "./words";

const EVERY_MILLISECONDS = 5_000; // while something waits
const LOOKS_EVERY = 6; // and else so many times more seldom, to see who came elsewhere

export class Door {
  readonly #slot: string;
  readonly #root: HTMLElement;
  readonly #say: Say;
  readonly #view: View;
  #list: List | null = null;
  #hall = new Hall([], []);
  #going = false;
  #again = false;

  constructor(slot: string, root: HTMLElement, say: Say) {
    this.#slot = slot;
    this.#root = root;
    this.#say = say;
    this.#view = new View(document, say, (scan) => void this.#takeBack(scan));
  }

  /** Shows what the device has, and from then on sends by itself. */
  async open(): Promise<void> {
    const kept = await keptList(this.#slot);
    if (kept !== null) this.#list = JSON.parse(kept) as List;
    await this.#show();
    window.addEventListener("online", () => void this.send());
    window.addEventListener("offline", () => this.#view.state(this.#say("offline")));
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) void this.send();
    });
    let nth = 0;
    setInterval(() => {
      nth += 1;
      void this.#sendIfNeeded(nth % LOOKS_EVERY === 0);
    }, EVERY_MILLISECONDS);
    this.#guardClosing();
    await this.send();
  }

  /** One scan: answered at once, and on the device before this answers. */
  async take(text: string, _by: By): Promise<Feedback> {
    const list = this.#list;
    if (list === null) return this.#told("bad", "not_yet", "not_yet_then");
    const number = /^[0-9]+$/.test(text) ? Number(text) : null;
    if (number !== null && !list.entering) return this.#told("bad", "no_numbers", "no_numbers_then");
    const reason = this.#reason();
    if (number !== null && reason === "") return this.#told("bad", "no_reason", "no_reason_then");
    const said = number === null ? { method: "card", code: text } as const : { method: "manual", member_number: number, reason } as const;
    const pending = await this.#write(list, said);
    const row = this.#hall.take(pending);
    await this.#shown();
    void this.send();
    const title = this.#say(row.state === "gone" ? "left" : "came", { name: this.#view.called(row) });
    if (row.name === null) return { kind: "warn", title, text: this.#say("named_later") };
    return { kind: "good", title, text: this.#say("here_now", { count: this.#hall.count("here") }) };
  }

  /** Sends what waits. Asked again while it is on its way, it goes once more afterwards. */
  async send(listed = false): Promise<void> {
    if (this.#going) {
      this.#again = true;
      return;
    }
    this.#going = true;
    try {
      do {
        this.#again = false;
        await this.#stand(await sync(this.#slot, listed));
      } while (this.#again);
    } finally {
      this.#going = false;
    }
  }

  async #sendIfNeeded(looking: boolean): Promise<void> {
    if (looking || (await count()) > 0) await this.send();
  }

  async #write(list: List, said: Partial<ScanRecord> & Pick<ScanRecord, "method">): Promise<Pending> {
    const now = Date.now();
    const record: ScanRecord = {
      scan_id: newId(now),
      slot_id: this.#slot,
      occurred_at: new Date(now).toISOString(),
      direction: "auto",
      seal: list.seal,
      ...said,
    };
    await enqueue(ownerOf(list.principal), record);
    return this.#pending(record);
  }

  async #pending(record: ScanRecord): Promise<Pending> {
    const card = record.code === undefined ? null : await knownBy(this.#slot, record.code.replace(/^C\//, ""));
    return { record, card, at: Date.parse(record.occurred_at) - (this.#list?.ahead ?? 0) };
  }

  async #takeBack(scan: string): Promise<void> {
    if (this.#list === null) return;
    this.#hall.take(await this.#write(this.#list, { method: "retract", takes_back: scan, reason: this.#say("undo_reason") }));
    await this.#shown();
    this.#view.state(this.#say("taken_back"));
    void this.send();
  }

  async #stand(standing: Standing): Promise<void> {
    if (standing.list) this.#list = standing.list;
    await this.#show();
    const left = await count();
    const state = standing.state === "online" && left > 0 ? "sending" : standing.state;
    this.#view.state(["online", "offline", "sending"].includes(state) ? this.#say(state) : "");
    this.#view.alarm(this.#alarm(standing, left));
    if (this.#list?.told.closed_at) this.#view.state(this.#say("closed"));
    this.#dressClosing(standing);
  }

  #alarm(standing: Standing, left: number): { title: string; text?: string; way?: HTMLElement } | null {
    if (standing.state === "signed_out") {
      const way = made("a", this.#say("sign_in"), "button") as HTMLAnchorElement;
      way.href = "/sign-in";
      return { title: this.#say("signed_out", { count: left }), way };
    }
    if (standing.state === "other") return { title: this.#say("other", { count: left }), way: this.#listing() };
    if (standing.state === "broken") {
      const text = `${standing.what ?? ""} ${standing.then ?? ""}`;
      return { title: this.#say("broken"), text, ...(left > 0 ? { way: this.#listing() } : {}) };
    }
    const waits = this.#list?.told.conflicts ?? 0;
    if (waits === 0 || standing.state !== "online") return null;
    const way = made("a", this.#say("conflicts"), "button") as HTMLAnchorElement;
    way.href = `/host/slots/${this.#slot}/conflicts`;
    return { title: this.#say("refused_count", { count: waits }), way };
  }

  #listing(): HTMLElement {
    const way = made("button", this.#say("list_them"), "secondary") as HTMLButtonElement;
    way.type = "button";
    way.addEventListener("click", () => void this.send(true));
    return way;
  }

  /** The hall anew: the list, and what of this slot still waits. */
  async #show(): Promise<void> {
    const here = (await waiting()).filter((each) => each.slot === this.#slot);
    const records = await Promise.all(here.map(async (each) => this.#pending(JSON.parse(await textOf(each)) as ScanRecord)));
    this.#hall = new Hall(this.#list?.told.people ?? [], records);
    if (this.#list) this.#view.slot(this.#list.told, this.#root.dataset["lang"] ?? "ja");
    await this.#shown();
  }

  async #shown(): Promise<void> {
    this.#view.hall(this.#hall);
    this.#view.unsent(await count());
  }

  #reason(): string {
    return document.querySelector<HTMLInputElement>('[data-live="reason"]')?.value.trim() ?? "";
  }

  #told(kind: Feedback["kind"], title: string, text: string): Feedback {
    return { kind, title: this.#say(title), text: this.#say(text) };
  }

  /** Nobody closes while something waits on this device: it would come too late to count by itself. */
  #guardClosing(): void {
    const form = this.#view.part("close");
    form?.addEventListener("submit", (event) => {
      if (this.#view.part("unsent")?.classList.contains("warn")) {
        event.preventDefault();
        event.stopPropagation(); // the form is not on its way
        const held = this.#view.part("held");
        if (held) held.textContent = this.#say("unsent_close");
        void this.send();
      } else void forgetList(this.#slot);
    });
  }

  /** The shell has no slot to close: it learns of it with the list. */
  #dressClosing(standing: Standing): void {
    const form = this.#view.part("close");
    if (!(form instanceof HTMLFormElement) || !standing.list) return;
    form.action = `/host/slots/${this.#slot}/close`;
    const key = form.querySelector<HTMLInputElement>('input[name="key"]');
    if (key?.value === "") key.value = newId(Date.now());
    form.hidden = !standing.list.entering || standing.list.told.closed_at !== null;
  }
}
