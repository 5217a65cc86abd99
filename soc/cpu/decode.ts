// Decode: the window's first bytes become the instruction's first micro-operation and its context, in one clock.
// A prefix is an instruction of its own here: one clock, and a note for what follows it.
import { cat, constant, decode, input, module, mux, output, select, type Bit, type Bits } from "#hdl-gen";
import { windowBytes } from "./fetch.ts";
import { immediateKinds, instructions, isLockable, type Instruction } from "./instructions.ts";
import { lengthDecoder } from "./length.ts";
import { microcodeLabels } from "./microcode.ts";
import { microOpColumns, Privilege, Segment } from "./microop.ts";
import { microcodeAddressWidth } from "./microstore.ts";
import { inputsOf, outputsOf, picked } from "./shape.ts";

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

/** What all micro-operations of an instruction refer to. */
export const contextShape = {
  /** ModRM.mod is 3. */
  is_register: 1,
  reg: 3,
  rm: 3,
  /** The opcode's lower half: a register, a condition, or in bit 0 whether operands are wide. */
  opcode: 4,
  has_base: 1,
  base: 3,
  has_index: 1,
  index: 3,
  scale: 2,
  displacement: 32,
  immediate: 32,
  /** The second part of a far pointer or of ENTER's immediate. */
  second: 16,
  /** By prefix, or else by the base register. */
  segment: Segment,
  /** The segment register that the instruction loads. */
  loads: Segment,
} as const;

const one = (value: boolean | undefined): string => (value === undefined ? "?" : value ? "1" : "0");

/** Key of the instruction table: what a row's pattern is matched with, most significant first. */
function pattern(i: Instruction): string {
  const form = i.form === undefined ? undefined : i.form === "register";
  const reg = i.reg === undefined ? "???" : i.reg.toString(2).padStart(3, "0");
  return `${one(i.real)} ${one(i.checks_ports)} ${one(i.repeat)} ${one(i.escape)} ${i.opcode} ${reg} ${one(form)}`;
}

/** The microcode address of an instruction's continuation. */
function entry(i: Instruction): number {
  if (i.micro === undefined) return 0;
  const address = microcodeLabels.get(i.micro);
  if (address === undefined) throw new Error(`instruction ${i.name}: no microcode routine "${i.micro}"`);
  return address;
}

const columns = {
  ...microOpColumns,
  defined: 1,
  privilege: Privilege,
  loads: Segment,
  immediate: immediateKinds,
  lockable: 1,
  continues: 1,
  entry: microcodeAddressWidth,
} as const;

const rows = Object.fromEntries(instructions.map((i) => [
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
  const after = (i: number): Bits<8> => mux(escape, byte[i + 1]!, byte[i]!);
  const { opcode, modrm, sib } = m.nets({ opcode: after(0), modrm: after(1), sib: after(2) });
  const { mod, field, rm } = m.nets({ mod: modrm.slice(7, 6), field: modrm.slice(5, 3), rm: modrm.slice(2, 0) });
  const { is_register } = m.nets({ is_register: mod.eq(3) });

  const table = m.scope("table", () => {
    const { key } = m.nets({ key: cat(io.mode.real, io.mode.checks_ports, io.prefixes.repeat, escape, opcode, field, is_register) });
    return decode(m, key, columns, { ...rows, otherwise: {} });
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
  const { has_sib } = m.nets({ has_sib: a16.not().and(is_register.not(), rm.eq(4)) });
  const { sib_base } = m.nets({ sib_base: sib.slice(2, 0) });
  const { base32, no_base32 } = m.nets({
    base32: mux(has_sib, sib_base, rm),
    no_base32: mod.eq(0).and(mux(has_sib, sib_base, rm).eq(5)),
  });
  const [bx, bp, si, di] = [constant(3, 3), constant(5, 3), constant(6, 3), constant(7, 3)] as const;
  const { base16 } = m.nets({ base16: select(rm, [bx, bx, bp, bp, si, di, bp, bx]) });
  const { no_base16 } = m.nets({ no_base16: mod.eq(0).and(rm.eq(6)) });
  const { memory } = m.nets({ memory: lengths.modrm.and(is_register.not()) });
  const { displacement_size } = m.nets({
    displacement_size: select(mod, [
      mux(a16, mux(no_base16, constant(2, 3), 0), mux(no_base32, constant(4, 3), 0)),
      constant(1, 3),
      mux(a16, constant(2, 3), 4),
      constant(0, 3),
    ]),
  });
  const { displacement_at } = m.nets({ displacement_at: cat(escape.and(has_sib), escape.xor(has_sib)) });
  const word32 = (at: number): Bits<32> => io.window.slice(8 * at + 31, 8 * at).as(32);
  const { displacement_bytes } = m.nets({
    displacement_bytes: select(displacement_at, [word32(2), word32(3), word32(4)]),
  });
  const { displacement } = m.nets({ displacement: 32 });
  displacement.value = 0;
  m.match(displacement_size, [
    [1, () => { displacement.value = displacement_bytes.slice(7, 0).sext(32); }],
    [2, () => { displacement.value = displacement_bytes.slice(15, 0).sext(32); }],
    [4, () => { displacement.value = displacement_bytes; }],
  ], () => {});

  // The immediate stands behind all that.
  const kind = table.immediate;
  const { immediate_index } = m.nets({ immediate_index: escape.zext(4).add(lengths.address_bytes) });
  const padded = (at: number): Bits<32> => {
    const top = Math.min(8 * at + 31, windowBytes * 8 - 1);
    return io.window.slice(top, 8 * at).zext(32);
  };
  const { immediate_bytes } = m.nets({
    immediate_bytes: select(immediate_index, Array.from({ length: 10 }, (_, i) => padded(i + 1))),
  });
  const { immediate } = m.nets({ immediate: 32 });
  immediate.value = immediate_bytes;
  const wide = opcode.bit(0);
  const { is_byte, is_word, is_signed_word } = m.nets({
    is_byte: kind.is("byte").or(kind.is("by_w").and(wide.not())),
    is_word: kind.is("word", "enter").or(kind.is("offset").and(a16), kind.is("far").and(o16)),
    is_signed_word: kind.is("operand", "by_w").and(o16),
  });
  m.when(kind.is("none"), () => { immediate.value = 0; })
    .elsewhen(kind.is("port"), () => { immediate.value = immediate_bytes.slice(7, 0).zext(32); })
    .elsewhen(is_byte, () => { immediate.value = immediate_bytes.slice(7, 0).sext(32); })
    .elsewhen(is_word, () => { immediate.value = immediate_bytes.slice(15, 0).zext(32); })
    .elsewhen(is_signed_word, () => { immediate.value = immediate_bytes.slice(15, 0).sext(32); });

  const c = io.context;
  c.is_register.value = is_register;
  c.reg.value = field;
  c.rm.value = rm;
  c.opcode.value = opcode.slice(3, 0);
  c.has_base.value = mux(a16, no_base16, no_base32).not();
  c.base.value = mux(a16, base16, base32);
  c.has_index.value = mux(a16, rm.lt(4), has_sib.and(sib.slice(5, 3).ne(4)));
  c.index.value = mux(a16, mux(rm.bit(0), di, si), sib.slice(5, 3));
  c.scale.value = mux(a16, constant(0, 2), sib.slice(7, 6));
  c.displacement.value = displacement;
  c.immediate.value = immediate;
  c.loads.value = table.loads;
  c.second.value = mux(kind.is("enter"), byte[3]!.zext(16),
    mux(o16, io.window.slice(39, 24), io.window.slice(55, 40)));
  // Addresses by BP or ESP are in SS.
  const { stack_based } = m.nets({
    stack_based: memory.and(c.has_base, mux(a16, base16.eq(5), base32.eq(4).or(base32.eq(5)))),
  });
  c.segment.value = mux(io.prefixes.override, io.prefixes.segment, mux(stack_based, Segment("ss"), Segment("ds")));
});
