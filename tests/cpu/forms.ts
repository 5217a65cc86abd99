// The table's rows, expanded: one form for each operand size and for register and memory operands.
import { flagMask, type FlagEffect } from "./flags.ts";
import { rows, type Row } from "./table.ts";

export type Size = 8 | 16 | 32;

export type Operand =
  | { kind: "rm"; size: Size }
  | { kind: "memory"; size: Size }
  | { kind: "register"; size: Size }
  | { kind: "accumulator"; size: Size }
  | { kind: "immediate"; size: Size; signed: boolean }
  | { kind: "offset"; size: Size }
  | { kind: "relative"; size: Size }
  | { kind: "segment" }
  | { kind: "cl" }
  | { kind: "one" };

export type Form = {
  /** Unique and readable: "add m32,r32 (01 /r)". */
  id: string;
  row: Row;
  /** Operand size in bits. */
  size: Size;
  opcode: readonly number[];
  /** ModRM's middle field if it is part of the opcode; "register": it names one; undefined: there is no ModRM. */
  modrm: number | "register" | undefined;
  /** The last opcode byte's low three bits name a register. */
  plus: boolean;
  operands: readonly Operand[];
  /** The r/m operand is memory. */
  memory: boolean;
  flags: FlagEffect;
};

function operand(text: string, size: Size): Operand {
  const wide = (suffix: string): Size => (suffix === "8" ? 8 : suffix === "16" ? 16 : suffix === "32" ? 32 : size);
  const [, letters = "", suffix = ""] = /^([a-z]+?)(\d*|v|z)$/.exec(text) ?? [];
  if (text === "ib" || text === "iw") return { kind: "immediate", size: text === "ib" ? 8 : 16, signed: false };
  if (text === "ibs") return { kind: "immediate", size: 8, signed: true };
  if (text === "iz") return { kind: "immediate", size, signed: false };
  if (text === "al" || text === "eax") return { kind: "accumulator", size: text === "al" ? 8 : size };
  if (text === "m") return { kind: "memory", size };
  if (text === "sreg") return { kind: "segment" };
  if (text === "cl") return { kind: "cl" };
  if (text === "1") return { kind: "one" };
  if (letters === "rm") return { kind: "rm", size: wide(suffix) };
  if (letters === "m") return { kind: "memory", size: wide(suffix) };
  if (letters === "r") return { kind: "register", size: wide(suffix) };
  if (letters === "offset") return { kind: "offset", size: wide(suffix) };
  if (letters === "rel") return { kind: "relative", size: wide(suffix) };
  throw new Error(`"${text}" is not an operand`);
}

function operandName(text: string, size: Size, memory: boolean): string {
  const named = text.replace(/^rm/, memory ? "m" : "r").replace(/[vz]$/, String(size));
  return named === "eax" && size === 16 ? "ax" : named;
}

export function expand(row: Row): Form[] {
  const texts = row.operands === "" ? [] : row.operands.split(",");
  const sized = row.sized || texts.some((text) => /^(rm|r|m|rel|offset)?[vz]$|^i?z$|^eax$|^m$/.test(text));
  const narrow = texts.some((text) => /^(rm8|r8|al|offset8)$/.test(text)) || /[a-z]{4}b$/.test(row.name);
  const sizes: Size[] = sized ? [16, 32] : [narrow ? 8 : 32];
  const tokens = row.code.split(" ");
  const opcode = tokens.filter((token) => /^[0-9a-f]{2}$/.test(token)).map((token) => parseInt(token, 16));
  const digit = /^\/(\d)$/.exec(tokens.at(-1) ?? "")?.[1];
  const modrm = digit !== undefined ? Number(digit) : tokens.includes("/r") ? "register" : undefined;
  const [defined, undefined_, reads] = row.flags;
  const flags = { defined: flagMask(defined), undefined: flagMask(undefined_), reads: flagMask(reads) };
  const either = texts.some((text) => text.startsWith("rm"));
  const always = texts.some((text) => /^m(8|16|32|v)?$/.test(text));
  const places = either ? [false, true] : [always];
  return sizes.flatMap((size) =>
    places.map((memory) => ({
      id:
        `${row.name} ${texts.map((text) => operandName(text, size, memory)).join(",")}`.trimEnd() +
        `${row.sized && size === 16 ? " (16)" : ""} (${row.code})`,
      row,
      size,
      opcode,
      modrm,
      plus: tokens.includes("+r"),
      operands: texts.map((text) => operand(text, size)),
      memory,
      flags,
    })),
  );
}

export const forms: readonly Form[] = rows.flatMap(expand);
