/**
 * The reader of symbols: a camera, a reader that types like a keyboard, and a person who types are equals, on one path.
 *
 *   const scanner = startScanner(root, async (text, by) => ({ kind: "good", title: "…" }));
 *
 * `root` comes from the macro `scanner.reader(…)` of templates/scanner.html. `text` is `LETTER/TOKEN` of a kind that the macro names,
 * or the digits of a member's number where it admits numbers; what is foreign or of another kind is told here and sent nowhere.
 * The next symbol waits until the promise of the one before is settled. Where the promise fails, it is said that it did not work.
 */
import "../../styles/scanner.css";

import { Camera, type NoCamera } from "./camera";
import { type Accepted, read } from "./reading";
import { Reader } from "./reader";
import { soundIsOn, turnSound, wake } from "./sound";
import { type Feedback, part, said, Telling } from "./telling";
import { Watch } from "./watch";

export type { Feedback } from "./telling";
export type By = "camera" | "typed";
export type OnText = (text: string, by: By) => Promise<Feedback>;

export interface Scanner {
  /** Tells something by itself, in the same place and with the same sounds. */
  show(told: Feedback): void;
  /** Ends the camera; typing goes on. */
  stop(): void;
}

const WANTED = "yui-scanning"; // "on": on this device the camera was used, and is started again; "off": it was stopped by hand

export function startScanner(root: HTMLElement, onText: OnText): Scanner {
  return new Island(root, onText);
}

class Island implements Scanner {
  readonly #root: HTMLElement;
  readonly #onText: OnText;
  readonly #accepted: Accepted;
  readonly #telling: Telling;
  readonly #watch = new Watch();
  readonly #camera: Camera;
  #reader: Reader | null = null;
  #queue: Promise<void> = Promise.resolve();
  #waiting = 0;
  #told = false; // something was read since the camera was asked for
  #on = false;
  #awake: WakeLockSentinel | null = null;

  constructor(root: HTMLElement, onText: OnText) {
    this.#root = root;
    this.#onText = onText;
    this.#accepted = {
      kinds: root.dataset["kinds"] ?? "",
      hosts: (root.dataset["hosts"] ?? "").split(" "),
      numbers: "numbers" in root.dataset,
    };
    this.#telling = new Telling(root);
    const video = root.querySelector("video");
    if (video === null) throw new Error("the scanner has no video");
    this.#camera = new Camera(video, (picture) => this.#see(picture), () => this.#fail("busy"));
    this.#type();
    this.#press();
    this.#watchPage();
    const start = root.dataset["start"];
    if (start === "always" || (start === "remembered" && wanted())) void this.#start();
    else this.#dress();
  }

  show(told: Feedback): void {
    this.#telling.tell(told);
  }

  stop(): void {
    this.#on = false;
    this.#camera.close();
    void this.#awake?.release();
    this.#awake = null;
    this.#dress();
  }

  async #start(): Promise<void> {
    this.#on = true;
    this.#told = false;
    this.#dress();
    this.#reader ??= new Reader(); // loads while the camera opens
    await this.#opened(await this.#camera.open());
  }

  async #opened(missing: NoCamera | null): Promise<void> {
    if (!this.#on) return;
    if (missing !== null) {
      this.#fail(missing, this.#told);
      return;
    }
    if (localStorage.getItem(WANTED) === null) localStorage.setItem(WANTED, "on");
    this.#dress();
    part(this.#root, "light").hidden = !this.#camera.lightable;
    part(this.#root, "turn").hidden = (await this.#camera.count()) < 2;
    this.#awake = (await navigator.wakeLock?.request("screen").catch(() => null)) ?? null;
  }

  /** A camera that is missed late does not talk over the answer to what was typed meanwhile. */
  #fail(missing: NoCamera | "failed", quietly = false): void {
    this.stop();
    if (!quietly) this.#telling.show(said(this.#root, "warn", missing));
    part(this.#root, "otherwise").hidden = false;
  }

  /** What is shown goes with whether the camera is on. */
  #dress(): void {
    part(this.#root, "picture").hidden = !this.#on;
    part(this.#root, "start").hidden = this.#on;
    part(this.#root, "stop").hidden = !this.#on;
    part(this.#root, "sound").hidden = false;
    part(this.#root, "otherwise").hidden = true;
    if (this.#on) return;
    part(this.#root, "light").hidden = true;
    part(this.#root, "turn").hidden = true;
  }

  async #see(picture: ImageData): Promise<void> {
    const texts = (await this.#reader?.read(picture)) ?? null;
    if (texts === null) {
      this.#fail("failed");
      return;
    }
    const found = this.#watch.look(texts, performance.now(), this.#waiting > 0);
    if (found.two) this.show(said(this.#root, "warn", "two"));
    if (found.text !== undefined) void this.#take(found.text, "camera");
  }

  /** One after the other, in the order in which they came. */
  #take(told: string, by: By): Promise<void> {
    const known = read(told, this.#accepted);
    this.#waiting += 1;
    this.#told = true;
    this.#queue = this.#queue.then(async () => {
      this.show("wrong" in known ? said(this.#root, "bad", known.wrong) : await this.#ask(known.text, by));
      this.#waiting -= 1;
    });
    return this.#queue;
  }

  async #ask(text: string, by: By): Promise<Feedback> {
    try {
      return await this.#onText(text, by);
    } catch (error) {
      console.error(error);
      return said(this.#root, "bad", "broken");
    }
  }

  #type(): void {
    const field = this.#root.querySelector<HTMLInputElement>("input[data-scanner-field]");
    if (field === null) throw new Error("the scanner has no field");
    const form = field.closest("form");
    const enter = (event: Event): void => {
      event.preventDefault();
      event.stopPropagation(); // the form is not on its way
      const told = field.value;
      if (told.trim() === "") return;
      if (form !== null && this.#root.contains(form)) field.value = "";
      field.focus();
      const now = performance.now();
      const twice = this.#watch.stays(told, now); // a trigger that was pulled twice
      this.#watch.tell(told, now);
      if (!twice) void this.#take(told, "typed");
    };
    if (form !== null && this.#root.contains(form)) form.addEventListener("submit", enter);
    else
      field.addEventListener("keydown", (event) => {
        if (event.key === "Enter" && !event.isComposing) enter(event);
      });
  }

  #press(): void {
    const sound = part(this.#root, "sound");
    const light = part(this.#root, "light");
    const shown = (button: HTMLElement, on: boolean): void => button.setAttribute("aria-pressed", String(on));
    shown(sound, soundIsOn());
    this.#when("start", () => {
      localStorage.setItem(WANTED, "on");
      this.#telling.show(null);
      void this.#start();
    });
    this.#when("stop", () => {
      localStorage.setItem(WANTED, "off");
      this.stop();
    });
    this.#when("turn", () => void this.#camera.next().then((missing) => this.#opened(missing)));
    this.#when("light", () => {
      void this.#camera.light(light.getAttribute("aria-pressed") !== "true").then((on) => shown(light, on));
    });
    this.#when("sound", () => {
      turnSound(!soundIsOn());
      shown(sound, soundIsOn());
    });
    for (const touch of ["pointerdown", "keydown"]) document.addEventListener(touch, wake);
  }

  #when(name: string, act: () => void): void {
    part(this.#root, name).addEventListener("click", act);
  }

  /** A page that nobody sees does not look: the camera ends, and begins again with the page. */
  #watchPage(): void {
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.#comeBack();
      else if (this.#on) this.#camera.close();
    });
    window.addEventListener("pagehide", () => this.#camera.close());
    window.addEventListener("pageshow", (event) => {
      if (!event.persisted) return;
      this.#telling.show(null);
      this.#comeBack();
    });
  }

  /** Somebody is at the page again. One that waited for this begins to look, where the camera is wanted. */
  #comeBack(): void {
    const begins = this.#root.dataset["start"] === "returning" && wanted();
    if (this.#on || begins) void this.#start();
  }
}

function wanted(): boolean {
  return localStorage.getItem(WANTED) === "on";
}
