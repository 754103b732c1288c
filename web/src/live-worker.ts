/**
 * Opens the live page without signal. What it keeps is the shell, in which nobody's name stands, and the files that the shell loads; it
 * answers for nothing else. A new build has a new address, is installed beside this one, and takes over with its own files.
 */
interface Lasting extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Asked extends Lasting {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface Worker_ {
  addEventListener(kind: "install" | "activate" | "message", heard: (event: Lasting) => void): void;
  addEventListener(kind: "fetch", heard: (event: Asked) => void): void;
  skipWaiting(): Promise<void>;
  readonly clients: { claim(): Promise<void> };
}

const worker = self as unknown as Worker_;
const KEPT = "yui-live";
const SHELL = "/host/live";
const PAGE = /^\/host\/slots\/[0-9a-f-]{36}\/live$/;
const PATIENCE_MILLISECONDS = 4_000; // a hall where the signal comes and goes

worker.addEventListener("install", (event) => event.waitUntil(renew().then(() => worker.skipWaiting())));
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener("message", (event) => event.waitUntil(renew().catch(() => undefined))); // without signal the old ones do
worker.addEventListener("fetch", (event) => {
  const { origin, pathname } = new URL(event.request.url);
  if (origin !== location.origin || event.request.method !== "GET") return;
  if (event.request.mode === "navigate" && PAGE.test(pathname)) event.respondWith(page(event.request));
  else if (pathname.startsWith("/assets/")) event.respondWith(asset(event.request));
});

/** The page as the server gives it, and without an answer the shell. */
async function page(request: Request): Promise<Response> {
  const ends = new AbortController();
  const patience = setTimeout(() => ends.abort(), PATIENCE_MILLISECONDS);
  try {
    return await fetch(request.url, { signal: ends.signal, redirect: "manual", credentials: "same-origin" });
  } catch (error) {
    const kept = await (await caches.open(KEPT)).match(SHELL);
    if (kept) return kept;
    throw error;
  } finally {
    clearTimeout(patience);
  }
}

async function asset(request: Request): Promise<Response> {
  return (await (await caches.open(KEPT)).match(new URL(request.url).pathname)) ?? fetch(request);
}

/** Fetches the shell and what it names, all or nothing, and drops what it does not name any more. */
async function renew(): Promise<void> {
  const shell = await fetch(SHELL, { credentials: "same-origin", redirect: "error" });
  if (!shell.ok) throw new Error(`the shell is not to be had: ${shell.status}`);
  const named = /data-keep="([^"]*)"/.exec(await shell.clone().text())?.[1]?.split(" ") ?? [];
  const kept = await caches.open(KEPT);
  const missing: string[] = [];
  for (const path of named) if (path !== SHELL && !(await kept.match(path))) missing.push(path);
  await kept.addAll(missing);
  await kept.put(SHELL, shell);
  for (const each of await kept.keys()) if (!named.includes(new URL(each.url).pathname)) await kept.delete(each);
}

export {};
