/** Counts down how long a pay code is good for. The page said until when already; this keeps the seconds true. */
export function countDown(page: Document): void {
  for (const shown of page.querySelectorAll<HTMLElement>("[data-seconds]")) {
    const until = Date.now() + Number(shown.dataset["seconds"]) * 1000;
    const words = shown.textContent ?? "";
    const timer = setInterval(() => {
      const left = Math.max(0, Math.ceil((until - Date.now()) / 1000));
      if (left === 0) {
        clearInterval(timer);
        shown.textContent = shown.dataset["over"] ?? "";
        return;
      }
      const figures = [Math.floor(left / 60), left % 60];
      shown.textContent = words.replace(/[0-9]+/g, () => String(figures.shift() ?? ""));
    }, 1000);
  }
}
