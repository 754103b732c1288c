/** The worker that reads symbols, asked one picture at a time. */
import type { Answer, Picture } from "./reader.worker";

export class Reader {
  readonly #worker = new Worker(new URL("./reader.worker.ts", import.meta.url), { type: "module" });
  #told: ((answer: Answer) => void) | null = null;

  constructor() {
    this.#worker.addEventListener("message", (event: MessageEvent<Answer>) => this.#answer(event.data));
    this.#worker.addEventListener("error", () => this.#answer(null));
  }

  /** The symbols of a picture, which is given away; null where reading does not work here. One picture at a time. */
  read(picture: ImageData): Promise<Answer> {
    const asked: Picture = { pixels: picture.data.buffer as ArrayBuffer, width: picture.width, height: picture.height };
    return new Promise((resolve) => {
      this.#told = resolve;
      this.#worker.postMessage(asked, [asked.pixels]);
    });
  }

  #answer(answer: Answer): void {
    this.#told?.(answer);
    this.#told = null;
  }
}
