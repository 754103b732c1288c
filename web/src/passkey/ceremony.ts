/** One press: the server's question, the browser's answer to it, and the form on its way. What went wrong is said in the page's words. */
import { startAuthentication, startRegistration, WebAuthnError } from "@simplewebauthn/browser";
import type { PublicKeyCredentialCreationOptionsJSON, PublicKeyCredentialRequestOptionsJSON } from "@simplewebauthn/browser";

type Told = "stopped" | "known" | "elsewhere" | "failed";

interface Question {
  options: PublicKeyCredentialCreationOptionsJSON & PublicKeyCredentialRequestOptionsJSON;
  origin: string;
}

export function answered(form: HTMLFormElement): void {
  const button = form.querySelector<HTMLButtonElement>("[data-press]");
  const field = form.querySelector<HTMLInputElement>("input[name=credential]");
  if (button === null || field === null) return;
  for (const without of form.querySelectorAll<HTMLElement>("[data-without]")) without.hidden = true;
  button.hidden = false;
  button.addEventListener("click", () => {
    button.disabled = true;
    tell(form, null);
    ask(form)
      .then((answer) => {
        if (answer === null) return;
        field.value = answer;
        form.submit();
      })
      .catch((error: unknown) => {
        tell(form, wentWrong(error));
      })
      .finally(() => {
        button.disabled = false;
      });
  });
}

/** The browser's answer as JSON; null where these pages cannot have one, which is told. */
async function ask(form: HTMLFormElement): Promise<string | null> {
  const given = await fetch(form.dataset["question"] ?? "", { headers: { Accept: "application/json" } });
  if (!given.ok || given.redirected) throw new Error(`no question: ${String(given.status)}`);
  const { options, origin } = (await given.json()) as Question;
  if (location.origin !== origin) {
    tell(form, "elsewhere", origin + location.pathname);
    return null;
  }
  const making = form.dataset["passkey"] === "make";
  const answer = making
    ? await startRegistration({ optionsJSON: options })
    : await startAuthentication({ optionsJSON: options });
  return JSON.stringify(answer);
}

function wentWrong(error: unknown): Told {
  if (error instanceof WebAuthnError && error.code === "ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED") return "known";
  // Stopped, too late, or nothing there: a browser does not say which, so as to tell nobody who has a passkey.
  if (error instanceof Error && (error.name === "NotAllowedError" || error.name === "AbortError")) return "stopped";
  return "failed";
}

function tell(form: HTMLFormElement, told: Told | null, place = ""): void {
  for (const each of form.querySelectorAll<HTMLElement>("[data-told]")) each.hidden = each.dataset["told"] !== told;
  const shown = form.querySelector<HTMLElement>("[data-place]");
  if (shown === null) return;
  shown.textContent = place;
  shown.hidden = place === "";
}
