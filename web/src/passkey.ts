/** Passkeys: a form with data-passkey gets its answer from the browser. Without this the page names another way. */
import { browserSupportsWebAuthn } from "@simplewebauthn/browser";

import { answered } from "./passkey/ceremony";

if (browserSupportsWebAuthn()) {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-passkey]")) answered(form);
}
