// Resolving: a micro-operation names its operands by role (`rm`, `reg`, `esi` …); with the instruction's context the
// roles become register numbers and widths.
import { cat, constant, mux, net, type Bit, type Bits, type Builder, type Choice } from "#hdl-gen";
import { Width } from "./flags.ts";
import { Base, Operand, type Size, type Source } from "./microop.ts";
import { From } from "./stages.ts";

type ChoiceOf<E extends { readonly names: readonly string[] }> = Choice<E["names"][number]>;

/** Registers in the order of their numbers: the general ones as x86 encodes them, then the microcode's. */
const registerNames = [
  "eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi", "t0", "t1", "t2", "t3", "t4", "t5", "t6", "t7",
] as const;
/** Number of a register in the register file. */
export const registerNumber = (name: (typeof registerNames)[number]): number => registerNames.indexOf(name);

/** The operand width that a size asks for. */
export function widthOf(size: ChoiceOf<typeof Size>, at: {
  readonly operand16: Bit;
  readonly address16: Bit;
  readonly wide: Bit;
  readonly first: ChoiceOf<typeof Width>;
  readonly stack_big: Bit;
}): ChoiceOf<typeof Width> {
  const operand = mux(at.operand16, Width("word"), Width("dword"));
  return mux(size.is("operand"), operand,
    mux(size.is("byte"), Width("byte"),
      mux(size.is("word"), Width("word"),
        mux(size.is("w"), mux(at.wide, operand, Width("byte")),
          mux(size.is("address"), mux(at.address16, Width("word"), Width("dword")),
            mux(size.is("first"), at.first,
              mux(size.is("stack").and(at.stack_big.not()), Width("word"), Width("dword"))))))));
}

/** The width of the source, or of the memory access, of an operation of the given width. */
export function sourceWidthOf(source: ChoiceOf<typeof Source>, width: ChoiceOf<typeof Width>, at: {
  readonly operand16: Bit;
  readonly wide: Bit;
}): ChoiceOf<typeof Width> {
  const operand = mux(at.operand16, Width("word"), Width("dword"));
  return mux(source.is("same"), width,
    mux(source.is("byte"), Width("byte"),
      mux(source.is("word"), Width("word"),
        mux(source.is("half"), mux(width.is("dword"), Width("word"), Width("byte")),
          mux(source.is("pair"), Width("pair"), mux(at.wide, operand, Width("byte")))))));
}

/** The register numbers that an instruction's bytes give. */
export interface Roles {
  readonly rm: Bits<3>;
  readonly reg: Bits<3>;
  readonly opreg: Bits<3>;
}

/**
 * Register number of an operand; of no meaning where the operand is none. Of bytes, the numbers 4 to 7 are AH to BH:
 * the first four registers, and `high`.
 */
export function operandNumber(
  m: Builder, name: string, operand: ChoiceOf<typeof Operand>, byte: Bit, roles: Roles,
): { readonly number: Bits<4>; readonly high: Bit } {
  return m.scope(name, () => {
    const n = m.nets({ role: net(3), by_role: operand.is("rm", "reg", "opreg"), fixed: net(4) });
    n.role.value = mux(operand.is("rm"), roles.rm, mux(operand.is("reg"), roles.reg, roles.opreg));
    n.fixed.value = 0;
    m.match(operand, registerNames.map((r, i) => [r, () => { n.fixed.value = i; }] as const), () => {});
    return m.nets({
      number: mux(n.by_role, cat(constant(0, 1), n.role.bit(2).and(byte.not()), n.role.slice(1, 0)), n.fixed),
      high: operand.is("ah").or(n.by_role.and(byte, n.role.bit(2))),
    });
  });
}

/** The kind of source that an operand is. */
export function operandFrom(m: Builder, name: string, operand: ChoiceOf<typeof Operand>): ChoiceOf<typeof From> {
  return m.scope(name, () => {
    const { from } = m.nets({ from: From });
    from.value = "register";
    m.match(operand, [
      ["none", () => { from.value = "none"; }],
      ["memory", () => { from.value = "memory"; }],
      [["imm", "constant"], () => { from.value = "immediate"; }],
      ["one", () => { from.value = "one"; }],
      ["ea", () => { from.value = "ea"; }],
      ["next_eip", () => { from.value = "next_eip"; }],
      ["special", () => { from.value = "special"; }],
    ], () => {});
    return from;
  });
}

/** Register number of a base that is not the context's. */
export function fixedBase(m: Builder, base: ChoiceOf<typeof Base>): Bits<4> {
  const { fixed_base } = m.nets({ fixed_base: 4 });
  fixed_base.value = 0;
  m.match(base, registerNames.map((r, i) => [r, () => { fixed_base.value = i; }] as const), () => {});
  return fixed_base;
}
