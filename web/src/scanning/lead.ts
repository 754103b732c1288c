/**
 * A code is told to the service, which records it where nothing is open about it, and leads to its own page, with one question, where
 * something is. A reading has an id of its own: sent again because no answer came, it is recorded once.
 */
import { newId } from "../live/bytes";
import { startScanner } from "./scanner";
import { type Feedback, said } from "./telling";

interface Led {
  path: string;
  recorded: boolean;
}

export function lead(root: HTMLElement): void {
  const form = root.querySelector("form");
  if (form === null) throw new Error("the reader has no form");
  const unanswered = new Map<string, string>();
  startScanner(root, async (text) => {
    const key = unanswered.get(text) ?? newId(Date.now());
    unanswered.set(text, key);
    const answer = await send(form, text, key);
    if (answer === null || answer.status >= 500) return said(root, "bad", "unsure");
    unanswered.delete(text);
    if (!answer.ok) return refusal(root, await answer.text());
    if (answer.redirected) {
      location.assign(answer.url); // signed out meanwhile
      return said(root, "good", "read");
    }
    const led = (await answer.json()) as Led;
    location.assign(led.path);
    return said(root, "good", led.recorded ? "recorded" : "read");
  });
}

/** The form as its button would send it, with what was read; null where no answer came. */
async function send(form: HTMLFormElement, code: string, key: string): Promise<Response | null> {
  const body = new URLSearchParams({ form_token: hidden(form, "form_token"), code, key });
  return fetch(form.action, { method: "POST", body, headers: { accept: "application/json" } }).catch(() => null);
}

function hidden(form: HTMLFormElement, name: string): string {
  return form.querySelector<HTMLInputElement>(`input[name="${name}"]`)?.value ?? "";
}

/** What the page of a refusal says: its heading and what to do next. */
function refusal(root: HTMLElement, page: string): Feedback {
  const told = new DOMParser().parseFromString(page, "text/html").querySelector(".notice");
  const title = told?.querySelector("h1")?.textContent;
  if (!title) return said(root, "bad", "refused");
  return { kind: "bad", title, text: told?.querySelector("p")?.textContent ?? "" };
}
