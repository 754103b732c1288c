/** The device opens its entrance: it makes its key here, shows that it holds it, and keeps it before it goes on. */
import { keep, newPair, NoDeviceKey, signWith, spelled } from "./key";

interface Opened {
  key_id: string;
  who: string;
  home: string;
}

export function opening(form: HTMLFormElement): void {
  const secret = form.dataset["open"] ?? "";
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    open(form, secret).catch(() => {
      for (const told of document.querySelectorAll<HTMLElement>("[data-failed]")) told.hidden = false;
      form.hidden = true;
    });
  });
}

async function open(form: HTMLFormElement, secret: string): Promise<void> {
  const { pair, publicKey } = await newPair();
  const signature = spelled(await signWith(pair, new TextEncoder().encode(`yui device\n${secret}`)));
  const body = new URLSearchParams({ public_key: publicKey, signature });
  const token = form.querySelector<HTMLInputElement>('input[name="form_token"]');
  if (token) body.set("form_token", token.value);
  const answer = await fetch(form.action, { method: "POST", body });
  if (!answer.ok) throw new NoDeviceKey(`not opened: ${answer.status}`);
  const told = (await answer.json()) as Opened;
  await keep({ owner: told.who, keyId: told.key_id, pair });
  location.assign(told.home);
}
