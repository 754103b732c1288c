/** A code fills the field of the form around the reader; what is still missing is asked next. */
import { startScanner } from "./scanner";
import { said } from "./telling";

export function fill(root: HTMLElement): void {
  const field = root.querySelector<HTMLInputElement>("input[data-scanner-field]");
  const form = field?.form;
  const button = form?.querySelector<HTMLButtonElement>('button[type="submit"]');
  if (!field || !form || !button) throw new Error("the reader stands in no form");
  startScanner(root, (text, by) => {
    field.value = text;
    const missing = form.querySelector<HTMLInputElement>("input:invalid");
    (missing ?? button).focus();
    // A camera sees a card whenever it likes; Enter was meant.
    if (missing === null && by === "typed") button.click();
    return Promise.resolve(said(root, "good", "filled"));
  });
}
