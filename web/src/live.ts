/** The live page of a slot: scans of any kind, answered at once, kept on the device and sent when there is a signal. */
import "../styles/live.css";

import { Door } from "./live/door";
import { keepPage } from "./live/keeping";
import { forgetOld } from "./live/store";
import { wordsOf } from "./live/words";
import { startScanner } from "./scanning/scanner";

const SLOT = /^\/host\/slots\/([0-9a-f-]{36})\/live$/;

async function begin(root: HTMLElement, slot: string): Promise<void> {
  for (const link of document.querySelectorAll<HTMLAnchorElement>("a.back")) link.href = `/host/slots/${slot}`;
  const say = wordsOf(root);
  const reader = root.querySelector<HTMLElement>(".scanner");
  if (reader === null) throw new Error("the live page has no reader");
  const door = new Door(slot, root, say);
  const scanner = startScanner(reader, (text, by) => door.take(text, by));
  if (!globalThis.crypto?.subtle || !globalThis.indexedDB) {
    scanner.show({ kind: "bad", title: say("no_keys") });
    return;
  }
  await forgetOld(Date.now());
  await door.open();
  await keepPage(root);
}

const root = document.querySelector<HTMLElement>(".live");
const slot = SLOT.exec(location.pathname)?.[1];
if (root !== null && slot !== undefined) void begin(root, slot);
