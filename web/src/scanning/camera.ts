/** The camera of this device: the rear one where there is a choice, its pictures one at a time, its light, and its end. */
export type NoCamera = "denied" | "none" | "busy" | "unable";

const KEPT = "yui-camera";
const SIDE_MAX = 960; // pixels on the longer side: enough for a card at arm's length, and quickly read

export class Camera {
  readonly #video: HTMLVideoElement;
  readonly #look: (picture: ImageData) => Promise<void>;
  readonly #canvas = document.createElement("canvas");
  readonly #lost: () => void;
  #stream: MediaStream | null = null;
  #turn = 0;

  /** `look` is given a picture at a time; the next waits until it is done. `lost` is called when the camera is taken away. */
  constructor(video: HTMLVideoElement, look: (picture: ImageData) => Promise<void>, lost: () => void) {
    this.#video = video;
    this.#look = look;
    this.#lost = lost;
  }

  /** Opens the camera and begins to look. What stands in the way is told by its name. */
  async open(): Promise<NoCamera | null> {
    this.close();
    const turn = this.#turn;
    if (!navigator.mediaDevices?.getUserMedia) return "unable";
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: wanted() });
      if (turn !== this.#turn) {
        end(stream);
        return null; // closed meanwhile
      }
      this.#stream = stream;
      for (const track of stream.getTracks()) track.addEventListener("ended", this.#lost);
      this.#video.srcObject = stream;
      await this.#video.play();
    } catch (error) {
      if (turn !== this.#turn) return null;
      this.close();
      return named(error);
    }
    this.#wait(turn);
    return null;
  }

  close(): void {
    this.#turn += 1;
    if (this.#stream !== null) end(this.#stream);
    this.#stream = null;
    this.#video.srcObject = null;
  }

  /** Whether the device says that this camera has a light. */
  get lightable(): boolean {
    const can = this.#track?.getCapabilities?.() as (MediaTrackCapabilities & { torch?: boolean }) | undefined;
    return can?.torch === true;
  }

  /** Turns the light on or off. Resolves to whether it is on. */
  async light(on: boolean): Promise<boolean> {
    try {
      await this.#track?.applyConstraints({ advanced: [{ torch: on } as MediaTrackConstraintSet] });
      return on;
    } catch {
      return false; // a light that does not obey stays off; reading goes on without it
    }
  }

  /** How many cameras the device has. */
  async count(): Promise<number> {
    return (await cameras()).length;
  }

  /** Goes on to the next camera, and remembers it on this device. */
  async next(): Promise<NoCamera | null> {
    const all = await cameras();
    const here = this.#track?.getSettings().deviceId;
    const next = all[(all.findIndex((each) => each.deviceId === here) + 1) % Math.max(1, all.length)];
    if (next) keep(next.deviceId);
    return this.open();
  }

  get #track(): MediaStreamTrack | undefined {
    return this.#stream?.getVideoTracks()[0];
  }

  #wait(turn: number): void {
    const then = (): void => void this.#see(turn);
    if ("requestVideoFrameCallback" in this.#video) this.#video.requestVideoFrameCallback(then);
    else requestAnimationFrame(then);
  }

  async #see(turn: number): Promise<void> {
    if (turn !== this.#turn) return;
    const picture = this.#picture();
    if (picture !== null) await this.#look(picture);
    if (turn === this.#turn) this.#wait(turn);
  }

  #picture(): ImageData | null {
    const { videoWidth: width, videoHeight: height } = this.#video;
    if (width === 0 || height === 0) return null;
    const scale = Math.min(1, SIDE_MAX / Math.max(width, height));
    this.#canvas.width = Math.round(width * scale);
    this.#canvas.height = Math.round(height * scale);
    const paper = this.#canvas.getContext("2d", { willReadFrequently: true });
    if (paper === null) return null;
    paper.drawImage(this.#video, 0, 0, this.#canvas.width, this.#canvas.height);
    return paper.getImageData(0, 0, this.#canvas.width, this.#canvas.height);
  }
}

function wanted(): MediaTrackConstraints {
  const size = { width: { ideal: 1280 }, height: { ideal: 720 } };
  const kept = localStorage.getItem(KEPT);
  return kept === null ? { ...size, facingMode: { ideal: "environment" } } : { ...size, deviceId: { ideal: kept } };
}

function keep(deviceId: string): void {
  localStorage.setItem(KEPT, deviceId);
}

async function cameras(): Promise<MediaDeviceInfo[]> {
  return (await navigator.mediaDevices.enumerateDevices()).filter((each) => each.kind === "videoinput");
}

function end(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

function named(error: unknown): NoCamera {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "denied";
  return name === "NotFoundError" || name === "OverconstrainedError" ? "none" : "busy";
}
