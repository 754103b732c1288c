/** A form that is on its way is not sent again by a second tap. The server would answer the same; the person is spared the doubt. */
const BUSY = "aria-busy";

export function sendOnce(page: Document): void {
  page.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement)) return;
    if (form.getAttribute(BUSY) === "true") {
      event.preventDefault();
      return;
    }
    form.setAttribute(BUSY, "true");
  });
  // The page that the back button brings again has forms that can be sent again.
  window.addEventListener("pageshow", () => {
    for (const form of page.querySelectorAll(`form[${BUSY}]`)) form.removeAttribute(BUSY);
  });
}
