// A register map as names for a debugger: which bits of which word are called what.
import type { Access, RegisterMap } from "./map.ts";

export interface RegisterSymbol {
  /** `timer.control.enable` */
  readonly name: string;
  /** In bytes from the beginning of the peripheral. */
  readonly offset: number;
  readonly lsb: number;
  readonly width: number;
  readonly access: Access;
  readonly values: Readonly<Record<string, number>>;
}

export function registerSymbols({ name, layout }: RegisterMap): RegisterSymbol[] {
  return layout.flatMap((register) =>
    register.fields.map(({ name: field, lsb, width, access, values }) => ({
      name: `${name}.${register.name}.${field}`,
      offset: register.offset,
      lsb,
      width,
      access,
      values,
    })),
  );
}

/** `enable=1 mode=periodic`: what a word read from a register says. */
export function describeWord(map: RegisterMap, register: string, word: number): string {
  const fields = map.layout.find((r) => r.name === register)?.fields ?? [];
  return fields
    .toReversed()
    .map(({ name, lsb, width, values }) => {
      const value = Number((BigInt(word >>> 0) >> BigInt(lsb)) & (2n ** BigInt(width) - 1n));
      const named = Object.entries(values).find(([, number]) => number === value)?.[0];
      return `${name}=${named ?? value}`;
    })
    .join(" ");
}
