// A register map as a C header, one for each peripheral.
import { REGISTER_BYTES, type PlacedField, type RegisterMap } from "./map.ts";

export function cHeader({ name, doc, layout }: RegisterMap): string {
  const prefix = name.toUpperCase();
  const lines = [
    `/* ${doc} */`,
    `#ifndef ${prefix}_H`,
    `#define ${prefix}_H`,
    "",
    "#include <stdint.h>",
    "",
    "typedef struct {",
    ...layout.map((r) => `    volatile uint32_t ${r.name};`),
    `} ${name}_registers;`,
    "",
    `#define ${prefix}_SIZE ${layout.length * REGISTER_BYTES}u`,
  ];
  for (const register of layout) {
    lines.push("", `#define ${prefix}_${register.name.toUpperCase()}_OFFSET 0x${register.offset.toString(16)}u`);
    for (const field of register.fields) lines.push(...fieldLines(`${prefix}_${register.name.toUpperCase()}`, field));
  }
  return [...lines, "", `#endif /* ${prefix}_H */`, ""].join("\n");
}

function fieldLines(register: string, { name, access, width, lsb, values, doc }: PlacedField): string[] {
  const prefix = `${register}_${name.toUpperCase()}`;
  const mask = ((2n ** BigInt(width) - 1n) << BigInt(lsb)).toString(16);
  return [
    `/* ${access}: ${doc} */`,
    `#define ${prefix}_SHIFT ${lsb}u`,
    `#define ${prefix}_MASK 0x${mask}u`,
    ...Object.entries(values).map(([value, number]) => `#define ${prefix}_${value.toUpperCase()} ${number}u`),
  ];
}
