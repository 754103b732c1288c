/** The pages that read symbols with the camera: a member's own phone, and the till. */
import { fill } from "./scanning/fill";
import { lead } from "./scanning/lead";

const DEEDS: Record<string, (root: HTMLElement) => void> = { lead, fill };

for (const root of document.querySelectorAll<HTMLElement>(".scanner[data-does]")) DEEDS[root.dataset["does"] ?? ""]?.(root);
