// Checks: what protection asks of a descriptor, a selector or the machine's state before the microcode goes on. One is
// asked in each step, of operand `a` in the memory stage: a condition of the microcode uses the answer at once, a
// requirement in the execute stage.
import { enumeration, input, module, output, type Bit, type Bits } from "#hdl-gen";
import { counters, firstTaskCounter } from "../counters/numbers.ts";
import { Width } from "./flags.ts";

/**
 * Unless stated otherwise operand `a` is a descriptor's upper doubleword, RPL is that of the selector under way, and the
 * level is the privilege level that a far transfer leads to (Intel SDM 3, 5.4 to 5.12).
 */
export const Check = enumeration("check", [
  "never",
  /** May be in DS, ES, FS or GS. */
  "data_segment",
  /** `a` does not matter: operands have 16 bits. */
  "words",
  /** Data that can be written, at whatever level. */
  "stack_type",
  /** May be in SS at the current level. */
  "stack_segment",
  /** May be the stack at the level that a transfer leads to. */
  "stack_at_level",
  /** May be jumped to or called without a gate. */
  "code_segment",
  /** May be the target of a call gate. */
  "code_behind_gate",
  /** May be the target of an interrupt gate: from virtual-8086 mode, only at level 0. */
  "code_of_handler",
  /** May be the target of a gate that is jumped through, or that keeps the level. */
  "code_at_same_level",
  /** May be returned to, at the level of the selector's RPL, which is not inside CPL. */
  "code_to_return_to",
  /** May be the code of a new task, at the level of the selector's RPL. */
  "code_of_task",
  /** Code or data, not a system descriptor. */
  "segment",
  "call_gate",
  "task_gate",
  /** Call gates, TSS: of the 286, with words. */
  "of_286",
  /** Of an interrupt table: a gate of the 286, or a task gate. */
  "gate_of_286",
  /** Of an interrupt table: any gate that may be there, and that INT n may use at this level. */
  "interrupt_gate",
  /** CPL and RPL may use this gate or TSS. */
  "accessible",
  "tss_available",
  "tss_busy",
  /** An available TSS that CPL and RPL may use. */
  "tss_accessible",
  /** `a` is a limit: it holds what a task switch reads. */
  "holds_tss_386",
  "holds_tss_286",
  "ldt",
  "ldt_present",
  /** Code to run at a level inside the current one. */
  "inner",
  /** The transfer leads to a level outside the current one. */
  "to_outer_level",
  /** `a` is a selector: null. */
  "null_selector",
  /** The selector under way: not null. */
  "not_null",
  /** The selector under way points into the GDT. */
  "global",
  "virtual_8086",
  /** EFLAGS.NT. */
  "nested",
  /** `a` is EFLAGS as IRET found it: return to virtual-8086 mode. */
  "returns_to_virtual_8086",
  /** `a` is EFLAGS of a task: it runs in virtual-8086 mode. */
  "virtual_8086_task",
  "lar_accessible",
  "lsl_accessible",
  "readable",
  "writable",
  /** TR holds a 386 TSS. */
  "tss_of_386",
  /** `a` is a piece of the I/O permission bitmap: it permits all bytes of the access. */
  "ports_permitted",
  /** `a` is a number that RDMSR and WRMSR know. */
  "known_msr",
  /** `a` is a counter that RDPMC knows. */
  "known_counter",
  /** `a` is a value that CR0 may take. */
  "control0_allowed",
  /** `a` is a value that CR4 may take. */
  "control4_allowed",
  /** No question: the access is the first half of one to eight bytes, and with #AC it must be aligned as that. */
  "quadword",
]);

/** Model-specific registers (Intel SDM 4): the time-stamp counter, the APIC's base, SYSENTER's CS, ESP and EIP. */
export const msr = { time: 0x10, apic_base: 0x1b, entry_cs: 0x174, entry_esp: 0x175, entry_eip: 0x176 } as const;
/** Least limit of a TSS (Intel SDM 3, 7.2.2 and 7.6). */
const tssLimit = { of_386: 0x67, of_286: 0x2b } as const;

/** Bits of CR4 that there are (Intel SDM 3, 2.5): TSD, PSE, PGE, PCE. */
export const control4Bits = { time: 2, large_pages: 4, global_pages: 7, counters: 8 } as const;

export const checker = module("protection_checks", "What protection asks: one check a step, of operand a.", {
  check: input(Check),
  value: input(32, "operand a"),
  width: input(Width),
  selector: input(16, "the selector under way"),
  cpl: input(2),
  level: input(2, "after the transfer under way"),
  virtual_8086: input(1),
  nested: input(1, "EFLAGS.NT"),
  operand16: input(1),
  software: input(1, "what is being delivered comes from INT n, INT3 or INTO"),
  tss_of_386: input(1),
  holds: output(1),
  inner: output(1, "so does \"inner\", whatever is asked"),
}, (m, io) => {
  const d = io.value;
  const { dpl, rpl } = m.nets({ dpl: d.slice(14, 13), rpl: io.selector.slice(1, 0) });
  const { kind } = m.nets({ kind: d.slice(11, 8) });
  const { segment } = m.nets({ segment: d.bit(12) });
  const typeIs = (...types: number[]): Bit => types.map((t) => kind.eq(t)).reduce((a, b) => a.or(b));
  const { code, data, conforming, permits } = m.nets({
    code: segment.and(kind.bit(3)),
    data: segment.and(kind.bit(3).not()),
    conforming: kind.bit(2),
    permits: kind.bit(1),
  });
  const { writable_data } = m.nets({ writable_data: data.and(permits) });
  const { system } = m.nets({ system: segment.not() });
  const { cpl_allows, rpl_allows, dpl_is_cpl, dpl_is_rpl, dpl_is_level, rpl_is_level } = m.nets({
    cpl_allows: io.cpl.le(dpl),
    rpl_allows: rpl.le(dpl),
    dpl_is_cpl: dpl.eq(io.cpl),
    dpl_is_rpl: dpl.eq(rpl),
    dpl_is_level: dpl.eq(io.level),
    rpl_is_level: rpl.eq(io.level),
  });
  const { both_allow } = m.nets({ both_allow: cpl_allows.and(rpl_allows) });
  const { conforming_code, plain_code } = m.nets({
    conforming_code: code.and(conforming),
    plain_code: code.and(conforming.not()),
  });
  const { not_above_cpl } = m.nets({ not_above_cpl: dpl.le(io.cpl) });
  io.inner.value = plain_code.and(dpl.lt(io.cpl));
  const { code_at_rpl, outward } = m.nets({
    code_at_rpl: conforming_code.and(dpl.le(rpl)).or(plain_code.and(dpl_is_rpl)),
    outward: rpl.ge(io.cpl),
  });
  const { msr_number } = m.nets({ msr_number: d });
  const isMsr = Object.values(msr).map((number) => msr_number.eq(number)).reduce((a, b) => a.or(b));
  const reserved4 = Array.from({ length: 32 }, (_, i) => i)
    .filter((i) => !(Object.values(control4Bits) as number[]).includes(i))
    .map((i) => d.bit(i)).reduce((a, b) => a.or(b));

  io.holds.value = 0;
  m.match(io.check, [
    [["data_segment", "readable"], () => {
      io.holds.value = data.or(code.and(permits)).and(conforming_code.or(both_allow));
    }],
    ["words", () => { io.holds.value = io.operand16; }],
    ["stack_type", () => { io.holds.value = writable_data; }],
    ["stack_segment", () => { io.holds.value = writable_data.and(dpl_is_cpl, rpl.eq(io.cpl)); }],
    ["stack_at_level", () => { io.holds.value = writable_data.and(dpl_is_level, rpl_is_level); }],
    ["code_segment", () => {
      io.holds.value = conforming_code.and(not_above_cpl).or(plain_code.and(dpl_is_cpl, rpl.le(io.cpl)));
    }],
    ["code_of_handler", () => {
      io.holds.value = code.and(not_above_cpl, io.virtual_8086.not().or(plain_code.and(dpl.eq(0))));
    }],
    ["code_behind_gate", () => { io.holds.value = code.and(not_above_cpl); }],
    ["code_at_same_level", () => {
      io.holds.value = conforming_code.and(not_above_cpl).or(plain_code.and(dpl_is_cpl));
    }],
    ["code_to_return_to", () => { io.holds.value = code_at_rpl.and(outward); }],
    ["code_of_task", () => { io.holds.value = code_at_rpl; }],
    ["segment", () => { io.holds.value = segment; }],
    ["call_gate", () => { io.holds.value = system.and(typeIs(4, 12)); }],
    ["task_gate", () => { io.holds.value = system.and(typeIs(5)); }],
    [["of_286", "gate_of_286"], () => { io.holds.value = kind.bit(3).not(); }],
    ["interrupt_gate", () => {
      io.holds.value = system.and(typeIs(5, 6, 7, 14, 15), cpl_allows.or(io.software.not()));
    }],
    ["accessible", () => { io.holds.value = both_allow; }],
    ["tss_available", () => { io.holds.value = system.and(typeIs(1, 9)); }],
    ["tss_busy", () => { io.holds.value = system.and(typeIs(3, 11)); }],
    ["tss_accessible", () => { io.holds.value = system.and(typeIs(1, 9), both_allow); }],
    ["holds_tss_386", () => { io.holds.value = d.ge(tssLimit.of_386); }],
    ["holds_tss_286", () => { io.holds.value = d.ge(tssLimit.of_286); }],
    ["ldt", () => { io.holds.value = system.and(typeIs(2)); }],
    ["ldt_present", () => { io.holds.value = system.and(typeIs(2), d.bit(15)); }],
    ["inner", () => { io.holds.value = io.inner; }],
    ["to_outer_level", () => { io.holds.value = io.level.gt(io.cpl); }],
    ["null_selector", () => { io.holds.value = d.slice(15, 2).any().not(); }],
    ["not_null", () => { io.holds.value = io.selector.slice(15, 2).any(); }],
    ["global", () => { io.holds.value = io.selector.bit(2).not(); }],
    ["virtual_8086", () => { io.holds.value = io.virtual_8086; }],
    ["nested", () => { io.holds.value = io.nested; }],
    ["returns_to_virtual_8086", () => {
      io.holds.value = d.bit(17).and(io.operand16.not(), io.cpl.eq(0));
    }],
    ["virtual_8086_task", () => { io.holds.value = d.bit(17); }],
    ["lar_accessible", () => {
      io.holds.value = conforming_code.or(segment.or(typeIs(1, 2, 3, 4, 5, 9, 11, 12)).and(both_allow));
    }],
    ["lsl_accessible", () => {
      io.holds.value = conforming_code.or(segment.or(typeIs(1, 2, 3, 9, 11)).and(both_allow));
    }],
    ["writable", () => { io.holds.value = writable_data.and(both_allow); }],
    ["tss_of_386", () => { io.holds.value = io.tss_of_386; }],
    ["ports_permitted", () => {
      io.holds.value = permitted(io.width, d);
    }],
    ["known_msr", () => { io.holds.value = isMsr; }],
    ["known_counter", () => {
      io.holds.value = d.lt(Object.keys(counters).length).or(d.slice(31, 8).eq(firstTaskCounter >> 8));
    }],
    // PG wants PE, NW wants CD (Intel SDM 2, MOV to control registers).
    ["control0_allowed", () => {
      io.holds.value = d.bit(31).and(d.bit(0).not()).or(d.bit(29).and(d.bit(30).not())).not();
    }],
    ["control4_allowed", () => { io.holds.value = reserved4.not(); }],
  ], () => {});
});

/** The bitmap's bits for a port of this width are all clear (Intel SDM 1, 19.5.2). */
function permitted(width: { is(name: "byte" | "word"): Bit }, bits: Bits<32>): Bit {
  return bits.bit(0).or(
    width.is("byte").not().and(bits.bit(1)),
    width.is("byte").or(width.is("word")).not().and(bits.slice(3, 2).any())).not();
}
