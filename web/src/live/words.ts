/** The words of the live page, from the catalogue, as they came with the page. */
export type Say = (name: string, values?: Record<string, string | number>) => string;

export function wordsOf(root: HTMLElement): Say {
  const words = root.querySelector<HTMLTemplateElement>("template[data-words]")?.content;
  return (name, values = {}) => {
    const told = words?.querySelector(`[data-say="${name}"]`)?.textContent ?? name;
    return told.replace(/\{(\w+)\}/g, (_, key: string) => String(values[key] ?? ""));
  };
}
