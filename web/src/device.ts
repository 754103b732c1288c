/** A device at a counter: it is opened here once, and signs every form from then on. Nobody else's pages load this. */
import { opening } from "./device/open";
import { sendSigned } from "./device/proof";

const entrance = document.querySelector<HTMLFormElement>("form[data-open]");

if (entrance) opening(entrance);
else
  // The last to hear of it: a form that another script sends, or that is on its way already, is left alone.
  window.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !(form instanceof HTMLFormElement) || form.method !== "post") return;
    event.preventDefault();
    void sendSigned(form, event.submitter);
  });
