/** Has the browser keep the shell of this page and what it loads, so that it opens again without signal. */
export async function keepPage(root: HTMLElement): Promise<void> {
  const script = root.dataset["worker"];
  if (!script || !navigator.serviceWorker) return;
  const kept = await navigator.serviceWorker.register(script, { scope: "/host/" });
  const worker = kept.installing ?? kept.waiting ?? kept.active;
  if (worker?.state === "activated") worker.postMessage("renew"); // another language or size since, or another build
}
