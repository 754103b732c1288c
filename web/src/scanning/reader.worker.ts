/** Reads QR symbols out of a picture, beside the page. The WebAssembly comes from us, by its hash. */
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import wasm from "zxing-wasm/reader/zxing_reader.wasm?url";

export interface Picture {
  pixels: ArrayBuffer;
  width: number;
  height: number;
}

/** The texts of the symbols in the picture, two at most; null where reading does not work on this device. */
export type Answer = readonly string[] | null;

const SYMBOLS_MAX = 2; // that there are two is all that is asked

const ready = prepareZXingModule({ overrides: { locateFile: () => wasm }, fireImmediately: true });
ready.catch(() => undefined); // told with the first picture

addEventListener("message", (event: MessageEvent<Picture>) => {
  void answer(event.data).then((told) => postMessage(told));
});

async function answer({ pixels, width, height }: Picture): Promise<Answer> {
  try {
    await ready;
    const picture = new ImageData(new Uint8ClampedArray(pixels), width, height);
    const found = await readBarcodes(picture, { formats: ["QRCode"], tryHarder: true, maxNumberOfSymbols: SYMBOLS_MAX });
    return found.filter((each) => each.isValid).map((each) => each.text);
  } catch (error) {
    console.error(error);
    return null;
  }
}
