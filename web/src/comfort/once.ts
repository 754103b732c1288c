/**
 * A form that is on its way is not sent again by a second tap. The server would answer the same; the person is spared the doubt.
 * Where the work takes a while, the form has a `.working` (see the macro), which is shown and read out until the answer comes.
 */
const BUSY = "aria-busy";

function tell(form: HTMLFormElement, busy: boolean): void {
  if (busy) form.setAttribute(BUSY, "true");
  else form.removeAttribute(BUSY);
  for (const part of form.querySelectorAll<HTMLElement>(".working > *")) part.hidden = !busy;
}

export function sendOnce(page: Document): void {
  page.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement)) return;
    if (form.getAttribute(BUSY) === "true") {
      event.preventDefault();
      return;
    }
    tell(form, true);
  });
  // The page that the back button brings again has forms that can be sent again.
  window.addEventListener("pageshow", () => {
    for (const form of page.querySelectorAll<HTMLFormElement>(`form[${BUSY}]`)) tell(form, false);
  });
}
