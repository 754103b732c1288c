/** What the live page shows: how many wait, how the device stands, who is here. Words alone say it; colour only helps. */
import type { Hall, Row, Told } from "./roster";
import type { Say } from "./words";

export class View {
  readonly #page: ParentNode;
  readonly #say: Say;
  readonly #undo: (scan: string) => void;

  constructor(page: ParentNode, say: Say, undo: (scan: string) => void) {
    this.#page = page;
    this.#say = say;
    this.#undo = undo;
  }

  /** An element of the page by its name; null where this page has none. */
  part(name: string): HTMLElement | null {
    return this.#page.querySelector<HTMLElement>(`[data-live="${name}"]`);
  }

  unsent(count: number): void {
    const chip = this.part("unsent");
    if (!chip) return;
    chip.textContent = this.#say("unsent_count", { count });
    chip.classList.toggle("warn", count > 0);
  }

  /** How the device stands, in a sentence. */
  state(told: string): void {
    this.#write("state", told);
  }

  /** What somebody has to do, with a way to do it; null takes it away. */
  alarm(told: { title: string; text?: string; way?: HTMLElement } | null): void {
    const place = this.part("alarm");
    if (!place) return;
    place.replaceChildren();
    if (told === null) return;
    const box = made("div", "", "notice bad");
    const title = made("p", "");
    title.append(made("strong", told.title));
    box.append(title);
    if (told.text) box.append(made("p", told.text));
    if (told.way) box.append(told.way);
    place.append(box);
  }

  slot(told: Told, lang: string): void {
    this.#write("title", told.title);
    const [from, to] = [new Date(told.starts_at), new Date(told.ends_at)];
    const day = from.toLocaleDateString(lang, { month: "long", day: "numeric", weekday: "short", timeZone: "Asia/Tokyo" });
    this.#write("when", `${day} ${clock(from.getTime())}–${clock(to.getTime())} ${told.place}`);
  }

  hall(hall: Hall): void {
    for (const state of ["here", "expected", "gone"] as const) this.#write(state, String(hall.count(state)));
    const rows = hall.rows;
    this.part("people")?.replaceChildren(...rows.map((row) => this.#line(row)));
    const empty = this.part("nobody");
    if (empty) empty.hidden = rows.length > 0;
  }

  /** What somebody is called: by name, by number, or as one who is not on the list. */
  called(row: Row): string {
    return row.name ?? (row.number === null ? this.#say("unknown") : this.#say("number", { number: row.number }));
  }

  #line(row: Row): HTMLElement {
    const line = made("li", "");
    const who = made("span", "");
    who.append(made("b", this.called(row)));
    if (row.name !== null) who.append(" ", made("small", row.kana));
    const end = made("span", "", "end");
    end.append(made("span", this.#say(`state_${row.state}`), row.state === "here" ? "chip good" : "chip"));
    end.append(made("span", times(row)));
    if (row.unsent) end.append(made("small", this.#say("waits")));
    if (row.undo !== null) end.append(this.#undoOf(row, row.undo));
    line.append(who, end);
    return line;
  }

  #undoOf(row: Row, scan: string): HTMLElement {
    const button = made("button", this.#say("undo_one"), "quiet compact") as HTMLButtonElement;
    button.type = "button";
    button.setAttribute("aria-label", this.#say("undo", { name: this.called(row) }));
    button.addEventListener("click", () => this.#undo(scan));
    return button;
  }

  #write(name: string, told: string): void {
    const place = this.part(name);
    if (place) place.textContent = told;
  }
}

export function made(tag: string, text: string, kind = ""): HTMLElement {
  const element = document.createElement(tag);
  element.textContent = text;
  if (kind) element.className = kind;
  return element;
}

function times(row: Row): string {
  const came = row.cameAt === null ? "" : clock(row.cameAt);
  return row.state === "absent" ? "" : row.leftAt === null ? came : `${came}–${clock(row.leftAt)}`;
}

function clock(at: number): string {
  return new Date(at).toLocaleTimeString("ja", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Tokyo" });
}
