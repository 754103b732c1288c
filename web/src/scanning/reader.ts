/** The worker that reads symbols, asked one picture at a time. */
import type { Answer, Picture } from "./reader.worker";

export class Reader {
  readonly #worker = new Worker(new URL("./reader.worker.ts", import.meta.url), { type: "module" });
  readonly #asked: ((answer: Answer) => void)[] = [];
  #broken = false;

  constructor() {
    this.#worker.addEventListener("message", (event: MessageEvent<Answer>) => this.#asked.shift()?.(event.data));
    this.#worker.addEventListener("error", () => this.#break());
  }

  /** The symbols of a picture, which is given away; null where reading does not work here. Answered in order. */
  read(picture: ImageData): Promise<Answer> {
    if (this.#broken) return Promise.resolve(null);
    const asked: Picture = { pixels: picture.data.buffer as ArrayBuffer, width: picture.width, height: picture.height };
    return new Promise((resolve) => {
      this.#asked.push(resolve);
      this.#worker.postMessage(asked, [asked.pixels]);
    });
  }

  #break(): void {
    this.#broken = true;
    for (const resolve of this.#asked.splice(0)) resolve(null);
  }
}
