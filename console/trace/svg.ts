// SVG elements as text.

export type Attributes = Readonly<Record<string, string | number | undefined>>;

const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

/** Two places are finer than any screen. */
const shown = (value: string | number): string =>
  typeof value === "number" ? String(Math.round(value * 100) / 100) : escaped(value);

/** Children are elements; `title` and the like take texts by `textOf`. */
export function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const given = Object.entries(attributes)
    .flatMap(([key, value]) => (value === undefined ? [] : [` ${key}="${shown(value)}"`]))
    .join("");
  return children.length === 0 ? `<${name}${given}/>` : `<${name}${given}>${children.join("")}</${name}>`;
}

export const textElement = (attributes: Attributes, text: string): string => element("text", attributes, escaped(text));

export const titled = (text: string): string => element("title", {}, escaped(text));
