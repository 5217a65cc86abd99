// Decode: the window's first bytes become the instruction's first micro-operation and its context, in one clock.
// A prefix is an instruction of its own here: one clock, and a note for what follows it.
import { cat, constant, decode, enumeration, input, module, mux, output, select, type Bit, type Bits } from "#hdl-gen";
import { windowBytes } from "./fetch.ts";
import { immediateKinds, instructions, isLockable, type Instruction } from "./instructions.ts";
import { lengthDecoder } from "./length.ts";
import { microcodeLabels } from "./microcode.ts";
import { microOpColumns, Privilege, Segment } from "./microop.ts";
import { microcodeAddressWidth } from "./microstore.ts";
import { inputsOf, muxed, outputsOf, picked } from "./shape.ts";
import { Extension } from "./stages.ts";

/** What the prefixes so far have said, and what holds without them. */
const prefixShape = {
  operand16: 1,
  address16: 1,
  /** A segment prefix names `segment`. */
  override: 1,
  segment: Segment,
  repeat: 1,
  lock: 1,
} as const;

/** What of the machine's mode decides what an opcode means. */
const modeShape = {
  /** Real or virtual-8086 mode. */
  real: 1,
  /** The I/O permission bitmap decides on ports. */
  checks_ports: 1,
} as const;

/** What ModRM and SIB say. */
const addressContextShape = {
  /** ModRM.mod is 3. */
  is_register: 1,
  reg: 3,
  rm: 3,
  has_base: 1,
  base: 3,
  has_index: 1,
  index: 3,
  scale: 2,
  displacement: 32,
} as const;
const addressShape = { ...addressContextShape, by_stack: 1 } as const;

/** What all micro-operations of an instruction refer to. */
export const contextShape = {
  ...addressContextShape,
  /** The opcode's lower half: a register, a condition, or in bit 0 whether operands are wide. */
  opcode: 4,
  /** What stands where an immediate would begin, and what of it is one. */
  immediate_bytes: 32,
  extension: Extension,
  /** The second part of a far pointer or of ENTER's immediate. */
  second: 16,
  /** By prefix, or else by the base register. */
  segment: Segment,
  /** The segment register that the instruction loads. */
  loads: Segment,
} as const;

const one = (value: boolean | undefined): string => (value === undefined ? "?" : value ? "1" : "0");

/** Key of an instruction table: what a row's pattern is matched with, most significant first. */
function pattern(i: Instruction): string {
  const form = i.form === undefined ? undefined : i.form === "register";
  const reg = i.reg === undefined ? "???" : i.reg.toString(2).padStart(3, "0");
  return `${one(i.real)} ${one(i.checks_ports)} ${one(i.repeat)} ${i.opcode} ${reg} ${one(form)}`;
}

/** The microcode address of an instruction's continuation. */
function entry(i: Instruction): number {
  if (i.micro === undefined) return 0;
  const address = microcodeLabels.get(i.micro);
  if (address === undefined) throw new Error(`instruction ${i.name}: no microcode routine "${i.micro}"`);
  return address;
}

const ImmediateOf = enumeration("immediate_of", immediateKinds);

const columns = {
  ...microOpColumns,
  defined: 1,
  privilege: Privilege,
  loads: Segment,
  immediate: ImmediateOf,
  lockable: 1,
  continues: 1,
  entry: microcodeAddressWidth,
} as const;

/** The rows of the instructions with or without 0F in front. */
const rows = (escape: boolean) => Object.fromEntries(instructions.filter((i) => i.escape === escape).map((i) => [
  pattern(i),
  {
    ...i.first,
    defined: 1,
    privilege: i.privilege ?? "any",
    loads: i.loads ?? "es",
    lockable: Number(isLockable(i)),
    immediate: i.immediate,
    continues: Number(i.micro !== undefined),
    entry: entry(i),
  },
]));

export const decoder = module("decoder", "An instruction's first micro-operation and its context.", {
  window: input(windowBytes * 8, "lowest byte first"),
  prefixes: inputsOf(prefixShape),
  mode: inputsOf(modeShape),
  is_prefix: output(1, "the first byte is a prefix"),
  prefix: {
    operand: output(1),
    address: output(1),
    segment: output(1),
    segment_name: output(Segment),
    repeat: output(1),
    repeat_while_zero: output(1, "REPE, not REPNE"),
    lock: output(1),
  },
  length: output(4, "bytes of the instruction, or of the prefix"),
  operation: outputsOf(microOpColumns),
  defined: output(1, "there is such an instruction"),
  privilege: output(Privilege, "what it takes to execute it"),
  continues: output(1, "microcode follows"),
  entry: output(microcodeAddressWidth, "where it starts"),
  context: outputsOf(contextShape),
}, (m, io) => {
  const byte = Array.from({ length: windowBytes }, (_, i) => io.window.slice(8 * i + 7, 8 * i).as(8));
  const { first } = m.nets({ first: byte[0]! });

  const isOneOf = (...codes: number[]): Bit => codes.map((code) => first.eq(code)).reduce((a, b) => a.or(b));
  const { is_segment, is_repeat } = m.nets({
    is_segment: isOneOf(0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65),
    is_repeat: isOneOf(0xf2, 0xf3),
  });
  io.prefix.operand.value = isOneOf(0x66);
  io.prefix.lock.value = isOneOf(0xf0);
  io.prefix.address.value = isOneOf(0x67);
  io.prefix.segment.value = is_segment;
  io.prefix.segment_name.value = mux(first.bit(6), mux(first.bit(0), Segment("gs"), Segment("fs")),
    select(cat(first.bit(4), first.bit(3)), [Segment("es"), Segment("cs"), Segment("ss"), Segment("ds")]));
  io.prefix.repeat.value = is_repeat;
  io.prefix.repeat_while_zero.value = first.bit(0);
  io.is_prefix.value = isOneOf(0x66, 0x67, 0xf0).or(is_segment, is_repeat);

  const { escape } = m.nets({ escape: first.eq(0x0f) });
  const { opcode } = m.nets({ opcode: mux(escape, byte[1]!.slice(3, 0), byte[0]!.slice(3, 0)) });

  // Both tables are looked up at once, with the bytes as they stand: whether 0F comes first is known no sooner.
  const tableOf = (name: string, escaped: boolean, at: number) => m.scope(name, () => {
    const following = byte[at + 1]!;
    const { key } = m.nets({
      key: cat(io.mode.real, io.mode.checks_ports, io.prefixes.repeat, byte[at]!, following.slice(5, 3),
        following.slice(7, 6).eq(3)),
    });
    return decode(m, key, columns, { ...rows(escaped), otherwise: {} });
  });
  const { table } = m.nets({
    table: muxed(columns, escape, tableOf("escaped_table", true, 1), tableOf("plain_table", false, 0)),
  });
  m.drive(io.operation, picked(microOpColumns, table));
  io.defined.value = table.defined.and(io.prefixes.lock.not().or(table.lockable));
  io.privilege.value = table.privilege;
  io.continues.value = table.continues;
  io.entry.value = table.entry;

  const a16 = io.prefixes.address16;
  const o16 = io.prefixes.operand16;
  const lengths = m.instance("lengths", lengthDecoder, {
    window: io.window.slice(26, 0),
    operand16: o16,
    address16: a16,
  });
  io.length.value = lengths.length;

  // The address: ModRM with an SIB byte perhaps, or the eight forms of 16-bit code (Intel SDM 2, tables 2-1 and 2-2).
  // All this supposes that there is a ModRM byte; what comes of it is only used if so.
  const word32 = (at: number): Bits<32> => io.window.slice(8 * at + 31, 8 * at).as(32);
  const addressAt = (name: string, at: number) => m.scope(name, () => {
    const { modrm, sib } = m.nets({ modrm: byte[at]!, sib: byte[at + 1]! });
    const { mod, rm } = m.nets({ mod: modrm.slice(7, 6), rm: modrm.slice(2, 0) });
    const { is_register } = m.nets({ is_register: mod.eq(3) });
    const { has_sib } = m.nets({ has_sib: a16.not().and(is_register.not(), rm.eq(4)) });
    const { sib_base } = m.nets({ sib_base: sib.slice(2, 0) });
    const { base32, no_base32 } = m.nets({
      base32: mux(has_sib, sib_base, rm),
      no_base32: mod.eq(0).and(mux(has_sib, sib_base, rm).eq(5)),
    });
    const [bx, bp, si, di] = [constant(3, 3), constant(5, 3), constant(6, 3), constant(7, 3)] as const;
    const { base16 } = m.nets({ base16: select(rm, [bx, bx, bp, bp, si, di, bp, bx]) });
    const { no_base16 } = m.nets({ no_base16: mod.eq(0).and(rm.eq(6)) });
    const { displacement_size } = m.nets({
      displacement_size: select(mod, [
        mux(a16, mux(no_base16, constant(2, 3), 0), mux(no_base32, constant(4, 3), 0)),
        constant(1, 3),
        mux(a16, constant(2, 3), 4),
        constant(0, 3),
      ]),
    });
    const { displacement_bytes } = m.nets({ displacement_bytes: mux(has_sib, word32(at + 2), word32(at + 1)) });
    const { displacement } = m.nets({ displacement: 32 });
    displacement.value = 0;
    m.match(displacement_size, [
      [1, () => { displacement.value = displacement_bytes.slice(7, 0).sext(32); }],
      [2, () => { displacement.value = displacement_bytes.slice(15, 0).sext(32); }],
      [4, () => { displacement.value = displacement_bytes; }],
    ], () => {});
    const has_base = mux(a16, no_base16, no_base32).not();
    return m.nets({
      found: {
        is_register,
        reg: modrm.slice(5, 3),
        rm,
        has_base,
        base: mux(a16, base16, base32),
        has_index: mux(a16, rm.lt(4), has_sib.and(sib.slice(5, 3).ne(4))),
        index: mux(a16, mux(rm.bit(0), di, si), sib.slice(5, 3)),
        scale: mux(a16, constant(0, 2), sib.slice(7, 6)),
        displacement,
        // Addresses by BP or ESP are in SS.
        by_stack: is_register.not().and(has_base, mux(a16, base16.eq(5), base32.eq(4).or(base32.eq(5)))),
      },
    }).found;
  });
  const { address } = m.nets({
    address: muxed(addressShape, escape, addressAt("escaped_address", 2), addressAt("plain_address", 1)),
  });

  // The immediate stands behind all that.
  const kind = table.immediate;
  const padded = (at: number): Bits<32> => {
    const top = Math.min(8 * at + 31, windowBytes * 8 - 1);
    return io.window.slice(top, 8 * at).zext(32);
  };
  const behind = (opcodeAt: number): Bits<32> =>
    select(lengths.address_bytes, Array.from({ length: 8 }, (_, i) => padded(opcodeAt + 1 + i)));
  const { immediate_bytes } = m.nets({ immediate_bytes: mux(escape, behind(1), behind(0)) });
  const { extension } = m.nets({ extension: Extension });
  extension.value = "doubleword";
  const wide = opcode.bit(0);
  m.when(kind.is("none"), () => { extension.value = "none"; })
    .elsewhen(kind.is("port"), () => { extension.value = "byte"; })
    .elsewhen(kind.is("byte").or(kind.is("by_w").and(wide.not())), () => { extension.value = "signed_byte"; })
    .elsewhen(kind.is("word", "enter").or(kind.is("offset").and(a16), kind.is("far").and(o16)), () => {
      extension.value = "word";
    })
    .elsewhen(kind.is("operand", "by_w").and(o16), () => { extension.value = "signed_word"; });

  const c = io.context;
  const { by_stack, ...addressed } = address;
  m.drive(picked(addressContextShape, c), addressed);
  c.opcode.value = opcode;
  c.immediate_bytes.value = immediate_bytes;
  c.extension.value = extension;
  c.loads.value = table.loads;
  c.second.value = mux(kind.is("enter"), byte[3]!.zext(16),
    mux(o16, io.window.slice(39, 24), io.window.slice(55, 40)));
  const in_stack = lengths.modrm.and(by_stack);
  c.segment.value = mux(io.prefixes.override, io.prefixes.segment, mux(in_stack, Segment("ss"), Segment("ds")));
});
