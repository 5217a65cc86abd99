// Machine code to rows of the instruction table, as decode.ts does it in hardware: by the same patterns, in their order.
import { instructions, type ImmediateKind, type Instruction } from "../instructions.ts";
import type { Form } from "./paths.ts";
import type { Registers } from "./pipeline.ts";

/** An instruction as it stands in memory. */
export interface Decoded {
  /** Undefined: the opcode is in no row, and raises #UD. */
  readonly row: Instruction | undefined;
  readonly form: Form;
  readonly registers: Registers;
  readonly prefixes: number;
  /** Without the prefixes: what decode takes at once. */
  readonly length: number;
  /** Prefixes included. */
  readonly bytes: number;
  /** As decode extends it: of a direct jump, the distance from the instruction's end. */
  readonly immediate: number;
  /** ENTER's nesting level. */
  readonly second: number;
  /** Bits 3:0 of the opcode: of a conditional jump, its condition. */
  readonly condition: number;
  readonly repeats_while_zero: boolean;
}

const segment_prefixes = new Set([0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65]);
const repeat_prefixes = new Set([0xf2, 0xf3]);

const fits = (pattern: string, bits: string): boolean =>
  Array.from(bits, (bit, i) => pattern[i] === "?" || pattern[i] === bit).every(Boolean);

/** The rows that an opcode may be, first come first served; 256 lists with 0F in front and 256 without. */
const rowsByOpcode: readonly (readonly Instruction[])[] = Array.from({ length: 512 }, (_, code) => {
  const escape = code >= 256;
  const bits = (code % 256).toString(2).padStart(8, "0");
  return instructions.filter((row) => row.escape === escape && fits(row.opcode, bits));
});

/** What of the machine's mode decides what an opcode means. */
export interface Mode {
  /** Real or virtual-8086 mode. */
  readonly real: boolean;
  /** The I/O permission bitmap decides on ports. */
  readonly checks_ports: boolean;
  readonly paging?: boolean;
}

/** Protected mode, at a level that may use all ports. */
const usual_mode: Mode = { real: false, checks_ports: false };

const isAs = (asked: boolean | undefined, is: boolean): boolean => asked === undefined || asked === is;

function rowOf(at: Mode & {
  escape: boolean; opcode: number; reg: number; is_register: boolean; repeat: boolean;
}): Instruction | undefined {
  return rowsByOpcode[at.opcode + (at.escape ? 256 : 0)]!.find((row) =>
    (row.reg === undefined || row.reg === at.reg)
    && (row.form === undefined || (row.form === "register") === at.is_register)
    && isAs(row.repeat, at.repeat) && isAs(row.real, at.real) && isAs(row.checks_ports, at.checks_ports));
}

/** What an opcode in no row has its length from: rows of the same opcode, if they agree (length.ts). */
function shapeOf(escape: boolean, opcode: number, reg: number): Pick<Instruction, "modrm" | "immediate"> {
  const rows = rowsByOpcode[opcode + (escape ? 256 : 0)]!;
  const [first = { modrm: false, immediate: "none" } as const] = rows;
  const alike = rows.every(({ modrm, immediate }) => modrm === first.modrm && immediate === first.immediate);
  return rows.find((row) => row.reg === undefined || row.reg === reg)
    ?? (alike ? first : { modrm: false, immediate: "none" });
}

/** Base and index of the eight forms of 16-bit addresses. */
const pairs16 = [[3, 6], [3, 7], [5, 6], [5, 7], [6], [7], [5], [3]] as const;

interface Address {
  readonly base: number | undefined;
  readonly index: number | undefined;
  /** Bytes of SIB and displacement. */
  readonly bytes: number;
}

function address16(mod: number, rm: number): Address {
  const absolute = mod === 0 && rm === 6;
  const [base, index] = pairs16[rm]!;
  return { base: absolute ? undefined : base, index, bytes: absolute ? 2 : mod };
}

function address32(mod: number, rm: number, sib: number): Address {
  const has_sib = rm === 4;
  const base = has_sib ? sib & 7 : rm;
  const absolute = mod === 0 && base === 5;
  const index = (sib >> 3) & 7;
  return {
    base: absolute ? undefined : base,
    index: has_sib && index !== 4 ? index : undefined,
    bytes: Number(has_sib) + (absolute || mod === 2 ? 4 : mod),
  };
}

function immediateBytes(kind: ImmediateKind, { operand, address, wide }: Form["sizes"]): number {
  switch (kind) {
    case "none": return 0;
    case "byte": case "port": return 1;
    case "word": return 2;
    case "operand": return operand / 8;
    case "by_w": return wide ? operand / 8 : 1;
    case "far": return operand / 8 + 2;
    case "offset": return address / 8;
    case "enter": return 3;
  }
}

/** The instruction at `at`; `big`: in a code segment of 32 bits. Bytes beyond the end read as 0. */
export function decodeAt(code: Uint8Array, at: number, big = true, mode: Mode = usual_mode): Decoded {
  const byte = (i: number): number => code[i] ?? 0;
  let operand_prefix = false, address_prefix = false, repeat = false, repeats_while_zero = false;
  let here = at;
  for (; ; here++) {
    const prefix = byte(here);
    if (prefix === 0x66) operand_prefix = true;
    else if (prefix === 0x67) address_prefix = true;
    else if (repeat_prefixes.has(prefix)) {
      repeat = true;
      repeats_while_zero = (prefix & 1) === 1;
    } else if (prefix !== 0xf0 && !segment_prefixes.has(prefix)) break;
  }
  const prefixes = here - at;
  const escape = byte(here) === 0x0f;
  const opcode = byte(here + Number(escape)), modrm = byte(here + Number(escape) + 1), sib = byte(here + Number(escape) + 2);
  const mod = modrm >> 6, reg = (modrm >> 3) & 7, rm = modrm & 7;
  const is_register = mod === 3;
  const row = rowOf({ ...mode, escape, opcode, reg, is_register, repeat });
  const sizes = {
    operand: operand_prefix === big ? 16 as const : 32 as const,
    address: address_prefix === big ? 16 as const : 32 as const,
    wide: (opcode & 1) === 1,
  };
  const shape = row ?? shapeOf(escape, opcode, reg);
  const is_memory = shape.modrm && !is_register;
  const address = sizes.address === 16 ? address16(mod, rm) : address32(mod, rm, sib);
  const before = 1 + Number(escape) + Number(shape.modrm) + (is_memory ? address.bytes : 0);
  const immediate_bytes = immediateBytes(shape.immediate, sizes);
  const length = before + immediate_bytes;
  return {
    row,
    form: { is_memory, sizes, paging: mode.paging === true },
    registers: { rm, reg, opreg: opcode & 7, base: address.base, index: address.index },
    prefixes,
    length,
    bytes: prefixes + length,
    immediate: signed(code, here + before, Math.min(immediate_bytes, 4)),
    second: byte(here + 3),
    condition: opcode & 15,
    repeats_while_zero,
  };
}

function signed(code: Uint8Array, at: number, bytes: number): number {
  let value = 0;
  for (let i = 0; i < bytes; i++) value |= (code[at + i] ?? 0) << (8 * i);
  const unused = 32 - 8 * bytes;
  return bytes === 0 ? 0 : (value << unused) >> unused;
}
