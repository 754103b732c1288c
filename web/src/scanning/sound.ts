/** Short sounds that differ without looking: up for good, twice the same to look here, low and long for bad. */
const KEPT = "yui-sound";
const OFF = "off";
const VOLUME = 0.25;
/** Hertz and seconds, one after the other. */
const TONES: Record<"good" | "warn" | "bad", readonly (readonly [number, number])[]> = {
  good: [
    [880, 0.09],
    [1320, 0.14],
  ],
  warn: [
    [620, 0.11],
    [620, 0.11],
  ],
  bad: [[196, 0.42]],
};

let ear: AudioContext | null = null;

export function soundIsOn(): boolean {
  return localStorage.getItem(KEPT) !== OFF;
}

/** Kept on this device. */
export function turnSound(on: boolean): void {
  if (on) localStorage.removeItem(KEPT);
  else localStorage.setItem(KEPT, OFF);
}

/** Browsers let a page sound only after somebody touched it: called at each touch and key until it may. */
export function wake(): void {
  ear ??= "AudioContext" in window ? new AudioContext() : null;
  if (ear?.state === "suspended") void ear.resume();
}

export function play(kind: keyof typeof TONES): void {
  if (ear === null || ear.state !== "running") return;
  let at = ear.currentTime;
  for (const [hertz, seconds] of TONES[kind]) {
    tone(ear, hertz, at, seconds);
    at += seconds + 0.03;
  }
}

function tone(context: AudioContext, hertz: number, at: number, seconds: number): void {
  const [voice, level] = [context.createOscillator(), context.createGain()];
  voice.type = hertz < 300 ? "sawtooth" : "sine";
  voice.frequency.value = hertz;
  level.gain.setValueAtTime(VOLUME, at);
  level.gain.exponentialRampToValueAtTime(0.001, at + seconds);
  voice.connect(level).connect(context.destination);
  voice.start(at);
  voice.stop(at + seconds);
}
