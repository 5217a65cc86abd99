// A register map as a page of the manual, with a picture of each register.
import { REGISTER_BITS, type PlacedField, type PlacedRegister, type RegisterMap } from "./map.ts";

const ACCESS_TEXT = {
  rw: "read and write",
  ro: "read only",
  wo: "write only: acts in the cycle of the write",
  w1c: "write 1 to clear; hardware sets",
  w1s: "write 1 to set; hardware clears",
  rc: "a read clears; hardware sets",
} as const;

export function markdown({ name, doc, layout }: RegisterMap): string {
  const index = ["| offset | register |", "| --- | --- |", ...layout.map((r) => `| ${hex(r.offset)} | \`${r.name}\` |`)];
  return [`# ${name}`, "", doc, "", ...index, "", ...layout.flatMap(registerLines)].join("\n");
}

const hex = (offset: number): string => `0x${offset.toString(16).padStart(2, "0")}`;

function registerLines(register: PlacedRegister): string[] {
  return [
    `## \`${register.name}\` at ${hex(register.offset)}`,
    "",
    "```text",
    ...picture(register),
    "```",
    "",
    "| bits | field | access | after reset | meaning |",
    "| --- | --- | --- | --- | --- |",
    ...register.fields.toReversed().map(fieldRow),
    "",
  ];
}

function fieldRow({ name, access, width, lsb, reset, values, doc }: PlacedField): string {
  const bits = width === 1 ? String(lsb) : `${lsb + width - 1}:${lsb}`;
  const named = Object.entries(values).map(([value, number]) => `${number} = \`${value}\``);
  const meaning = named.length === 0 ? doc : `${doc}: ${named.join(", ")}`;
  const after = access === "ro" || access === "wo" ? "–" : String(reset);
  return `| ${bits} | \`${name}\` | ${ACCESS_TEXT[access]} | ${after} | ${meaning} |`;
}

/** The fields from the highest bit to the lowest, with the bit numbers at their edges above. */
export function picture({ fields }: PlacedRegister): string[] {
  const cells: { readonly text: string; readonly hi: number; readonly lo: number }[] = [];
  let next = REGISTER_BITS;
  for (const { name, lsb, width } of fields.toReversed()) {
    if (lsb + width < next) cells.push({ text: "0", hi: next - 1, lo: lsb + width });
    cells.push({ text: name, hi: lsb + width - 1, lo: lsb });
    next = lsb;
  }
  if (next > 0) cells.push({ text: "0", hi: next - 1, lo: 0 });
  const sized = cells.map(({ text, hi, lo }) => {
    const edges = hi === lo ? String(hi) : `${hi} ${lo}`;
    return { text, hi, lo, columns: Math.max(text.length, edges.length) + 2 };
  });
  const numbers = sized.map(({ hi, lo, columns }) => (hi === lo ? centred(String(hi), columns) : spread(hi, lo, columns)));
  const rule = `+${sized.map(({ columns }) => "-".repeat(columns)).join("+")}+`;
  const names = `|${sized.map(({ text, columns }) => centred(text, columns)).join("|")}|`;
  return [` ${numbers.join(" ")}`.trimEnd(), rule, names, rule];
}

function centred(text: string, columns: number): string {
  const before = Math.floor((columns - text.length) / 2);
  return " ".repeat(before) + text + " ".repeat(columns - text.length - before);
}

function spread(hi: number, lo: number, columns: number): string {
  const left = String(hi);
  const right = String(lo);
  return ` ${left}${" ".repeat(columns - 2 - left.length - right.length)}${right} `;
}
