/** A code leads to its own page, where one question and one button stand. Asking for that page first changes nothing. */
import { startScanner } from "./scanner";
import { type Feedback, said } from "./telling";

export function lead(root: HTMLElement): void {
  startScanner(root, async (text) => {
    const answer = await fetch(`/${text}`, { headers: { accept: "text/html" } });
    if (!answer.ok) return refusal(root, await answer.text());
    location.assign(`/${text}`);
    return said(root, "good", "read");
  });
}

/** What the page of a refusal says: its heading and what to do next. */
function refusal(root: HTMLElement, page: string): Feedback {
  const told = new DOMParser().parseFromString(page, "text/html").querySelector(".notice");
  const title = told?.querySelector("h1")?.textContent;
  if (!title) return said(root, "bad", "refused");
  return { kind: "bad", title, text: told?.querySelector("p")?.textContent ?? "" };
}
