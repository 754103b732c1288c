/** Tells what became of a symbol: by colour and mark, in words that a screen reader says, by sound and by a tremble. */
import { play, soundIsOn } from "./sound";

export type Kind = "good" | "warn" | "bad";

export interface Feedback {
  kind: Kind;
  title: string;
  text?: string;
}

const TREMBLES: Record<Kind, number[]> = { good: [80], warn: [60, 80, 60], bad: [300, 100, 300] };

export class Telling {
  readonly #calm: HTMLElement;
  readonly #alarm: HTMLElement;

  /** `root` has two places: one of role status for what is good or to know, one of role alert for what is bad. */
  constructor(root: HTMLElement) {
    this.#calm = part(root, "calm");
    this.#alarm = part(root, "alarm");
  }

  /** Shows it in place of what was shown before, and sounds. */
  tell(told: Feedback): void {
    this.show(told);
    this.#calm.parentElement?.scrollIntoView({ block: "nearest" });
    if (soundIsOn()) play(told.kind);
    if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(TREMBLES[told.kind]);
  }

  /** Shows it without a sound; null shows nothing. */
  show(told: Feedback | null): void {
    this.#calm.replaceChildren();
    this.#alarm.replaceChildren();
    if (told === null) return;
    (told.kind === "bad" ? this.#alarm : this.#calm).append(written(told));
  }
}

/** An element of the scanner by its name: `<… data-scanner="calm">`. */
export function part(root: HTMLElement, name: string): HTMLElement {
  const found = root.querySelector<HTMLElement>(`[data-scanner="${name}"]`);
  if (found === null) throw new Error(`the scanner has no ${name}`);
  return found;
}

/** Words of the catalogue that came with the page: `said(root, "bad", "foreign")`. */
export function said(root: HTMLElement, kind: Kind, name: string): Feedback {
  const words = root.querySelector<HTMLTemplateElement>("template")?.content.querySelector(`[data-say="${name}"]`);
  const [title, text] = [words?.querySelector("b")?.textContent ?? name, words?.querySelector("span")?.textContent ?? ""];
  return text === "" ? { kind, title } : { kind, title, text };
}

function written(told: Feedback): HTMLElement {
  const box = document.createElement("div");
  box.className = `notice ${told.kind}`;
  const title = document.createElement("p");
  title.append(Object.assign(document.createElement("strong"), { textContent: told.title }));
  box.append(title);
  if (told.text) box.append(Object.assign(document.createElement("p"), { textContent: told.text }));
  return box;
}
