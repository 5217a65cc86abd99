// The length of an instruction, from its opcode, ModRM and SIB alone: a table of its own, for the next instruction
// waits for nothing else.
import { cat, constant, decode, input, module, mux, output, select, type Bits } from "#hdl-gen";
import { instructions, prefixBytes, type ImmediateKind } from "./instructions.ts";

/** What makes an immediate two bytes shorter: operands or addresses of 16 bits. */
type Shrinks = "never" | "operand" | "address";

/** Bytes of an immediate with operands and addresses of 32 bits. */
const immediateBytes: Record<ImmediateKind, { readonly bytes: number; readonly shrinks: Shrinks }> = {
  none: { bytes: 0, shrinks: "never" },
  byte: { bytes: 1, shrinks: "never" },
  port: { bytes: 1, shrinks: "never" },
  word: { bytes: 2, shrinks: "never" },
  enter: { bytes: 3, shrinks: "never" },
  operand: { bytes: 4, shrinks: "operand" },
  by_w: { bytes: 4, shrinks: "operand" },
  far: { bytes: 6, shrinks: "operand" },
  offset: { bytes: 4, shrinks: "address" },
};

interface LengthRow {
  readonly modrm: number;
  /** Opcode and immediate. */
  readonly bytes: number;
  readonly shrinks: Shrinks;
}

/** What is not defined ends with its opcode: of one byte, which needs no row, or of two. */
const undefinedRows: readonly (LengthRow | undefined)[] = [undefined, { modrm: 0, bytes: 2, shrinks: "never" }];

/** Rows of a length table, with or without 0F in front, by pattern: opcode, ModRM.reg. */
function lengthRows(escape: number): Record<string, LengthRow> {
  const rows: Record<string, LengthRow> = {};
  const add = (opcode: number, reg: string, row: LengthRow): void => {
    rows[`${opcode.toString(2).padStart(8, "0")} ${reg}`] = row;
  };
  if (escape === 0) for (const byte of prefixBytes) add(byte, "???", { modrm: 0, bytes: 1, shrinks: "never" });
  for (let opcode = 0; opcode < 256; opcode++) {
    const byReg = Array.from({ length: 8 }, (_, reg) => lengthOf(escape, opcode, reg));
    const texts = new Set(byReg.filter((row) => row !== undefined).map((row) => JSON.stringify(row)));
    byReg.forEach((row, reg) => {
      const some = row ?? undefinedRows[escape];
      if (some !== undefined && texts.size > 1) add(opcode, reg.toString(2).padStart(3, "0"), some);
    });
    const only = byReg.find((row) => row !== undefined) ?? undefinedRows[escape];
    if (only !== undefined && texts.size <= 1) add(opcode, "???", only);
  }
  return rows;
}

/** The row for one opcode and ModRM.reg, if there is such an instruction. */
function lengthOf(escape: number, opcode: number, reg: number): LengthRow | undefined {
  const bits = opcode.toString(2).padStart(8, "0");
  const found = instructions.find((i) =>
    i.escape === (escape === 1) &&
    (i.reg === undefined || i.reg === reg) &&
    i.opcode.split("").every((bit, at) => bit === "?" || bit === bits[at]));
  if (found === undefined) return undefined;
  // By bit 0 of its opcode, an instruction of bytes has a byte's immediate.
  const kind = found.immediate === "by_w" && opcode % 2 === 0 ? "byte" : found.immediate;
  const { bytes, shrinks } = immediateBytes[kind];
  return { modrm: Number(found.modrm), bytes: 1 + escape + bytes, shrinks };
}

export const lengthDecoder = module("length_decoder", "Bytes of the instruction or prefix at the window.", {
  window: input(27, "lowest byte first: the fourth is at most an SIB, of which only the base matters"),
  operand16: input(1),
  address16: input(1),
  modrm: output(1, "there is a ModRM byte"),
  address_bytes: output(3, "ModRM, SIB and displacement"),
  length: output(4, "in bytes"),
}, (m, io) => {
  const byte = (i: number): Bits<8> => io.window.slice(8 * i + 7, 8 * i).as(8);
  const { escape } = m.nets({ escape: byte(0).eq(0x0f) });

  /** ModRM, SIB and displacement if ModRM is byte `at`. */
  const addressBytes = (at: number): Bits<3> => m.scope(`modrm_at_${at}`, () => {
    const { mod, rm, sib_base } = m.nets({
      mod: byte(at).slice(7, 6),
      rm: byte(at).slice(2, 0),
      sib_base: io.window.slice(8 * at + 10, 8 * at + 8),
    });
    const has_sib = rm.eq(4);
    const direct = mux(has_sib, sib_base.eq(5), rm.eq(5));
    const { bytes32, bytes16 } = m.nets({
      bytes32: select(mod, [
        mux(direct, mux(has_sib, constant(6, 3), 5), mux(has_sib, constant(2, 3), 1)),
        mux(has_sib, constant(3, 3), 2),
        mux(has_sib, constant(6, 3), 5),
        constant(1, 3),
      ]),
      bytes16: select(mod, [mux(rm.eq(6), constant(3, 3), 1), constant(2, 3), constant(3, 3), constant(1, 3)]),
    });
    return m.nets({ bytes: mux(io.address16, bytes16, bytes32) }).bytes;
  });

  /** All that is asked, if the opcode is byte `at`. */
  const lengthAt = (name: string, at: number) => m.scope(name, () => {
    const { key } = m.nets({ key: cat(byte(at), byte(at + 1).slice(5, 3)) });
    const columns = { modrm: 1, bytes: 4, shrinks: ["never", "operand", "address"] } as const;
    const table = m.scope("table", () => decode(m, key, columns, { ...lengthRows(at), otherwise: { bytes: 1 } }));
    const shrinks = table.shrinks.is("operand").and(io.operand16).or(table.shrinks.is("address").and(io.address16));
    const address_bytes = addressBytes(at + 1).and(table.modrm.replicate(3));
    // Even a far pointer loses two bytes only: its selector has two in any case.
    const { fixed_bytes } = m.nets({ fixed_bytes: mux(shrinks, table.bytes.sub(2), table.bytes) });
    return m.nets({ modrm: table.modrm, address_bytes, length: fixed_bytes.add(address_bytes.zext(4)) });
  });
  // For both places at once: whether 0F comes first is known no sooner.
  const plain = lengthAt("plain", 0);
  const escaped = lengthAt("escaped", 1);
  io.modrm.value = mux(escape, escaped.modrm, plain.modrm);
  io.address_bytes.value = mux(escape, escaped.address_bytes, plain.address_bytes);
  io.length.value = mux(escape, escaped.length, plain.length);
});
