// The pipeline's rules, each once: what a step costs beside its clock, and what two steps in a row cost together.
//
// The stages move together: while execute waits, all stand, and so does fetch. Every step takes one clock in each stage;
// its completion follows that of the step in front by one clock, by the empty places between the two (bubbles), and by
// the clocks that it stays longer in execute. An interlock needs both steps next to each other: a bubble takes its place.
import { deviceAccess_cycles } from "../../bus/bus.ts";
import type { Step } from "../microcode.ts";
import { conditionalNexts, type MicroOp } from "../microop.ts";
import { registerNumber } from "../resolve.ts";
import { spoils } from "../spoiling.ts";

const stages = ["decode", "address", "memory", "execute"] as const;
export type Stage = (typeof stages)[number];

/** Bubbles behind a step that decides in this stage where to go: what came into the stages before it goes to waste. */
export const redirect_bubbles = (stage: Stage): number => stages.indexOf(stage);

/** What fetch brings each clock, and the longest instruction that decode takes without a bubble. */
export const fetch_bytes = 8;
/** A jump's target comes as the two words around it: as many bytes less its place in the first. */
const word_bytes = 4;
export const bytes_at_target = (address: number): number => fetch_bytes - (address % word_bytes);

/** Each prefix takes a clock of its own in decode. */
export const prefix_bubbles = 1;
/** An instruction that is not all there yet, or is longer than fetch_bytes, is taken one clock later. */
export const long_bubbles = 1;
/**
 * A step whose address needs what the step in front writes; a load behind a store, which has the memory port, or behind
 * an access to a device or port, which may change what the load finds.
 */
export const interlock_bubbles = 1;
/** A step whose effect on decode cannot be taken back lets a condition in front of it be decided first. */
export const awaited_condition_bubbles = 1;

/**
 * Behind an instruction that stores into code that is already on its way, which is sent away and fetched anew. On its way
 * is at most what stands so far behind, or before, one of so many instructions that follow.
 */
export const refetch = {
  bubbles: redirect_bubbles("execute"), instructions: 4, bytes_behind: 64, bytes_before: 8,
} as const;

/** What an access that is not aligned takes besides: memory answers with two words, wherever the first byte is. */
export const unaligned_clocks = 0;

/**
 * A descriptor or gate that lies in three words, because its table or the TSS does not begin at a multiple of four, is read
 * by two more steps, which are not expected.
 */
export const split_clocks = redirect_bubbles("memory") + 2;
/** Accesses of those steps. */
export const split_accesses = 2;

/** Clocks in execute beyond the first: the multiplier's register; the divider's start, sign and handing over. */
const multiply_clocks = 1;
const divide_clocks_around = 2;
/** A device's answer is used in the clock after it. What crosses the end of a doubleword takes two accesses. */
export const device_clocks = (access_cycles: number): number => access_cycles + 1;
export const standard_device_clocks = device_clocks(deviceAccess_cycles);

/** With paging on, an access stays in the address stage for the clock in which its frame is looked up. */
export const access_bubbles = 1;

export type Width = 8 | 16 | 32;

/** What the size of operands depends on in an instruction. */
export interface Sizes {
  readonly operand: 16 | 32;
  readonly address: 16 | 32;
  /** Bit 0 of the opcode. */
  readonly wide: boolean;
}

export type RegisterName = Parameters<typeof registerNumber>[0];
/** Registers by what they are in the instruction: a field of ModRM or the opcode, or part of the memory operand's address. */
export type RegisterRole = RegisterName | "rm" | "reg" | "opreg" | "base" | "index";

/** A step as the pipeline's rules see it. */
export interface StepTiming {
  /** Registers that its address needs, or whose move must have come first. */
  readonly addressed_with: readonly RegisterRole[];
  /** The register that it writes, if any. A write of a part counts like one of the whole. */
  readonly writes: RegisterRole | undefined;
  /** What it writes has this width: of a byte register, numbers 4 to 7 are parts of 0 to 3. */
  readonly width: Width;
  readonly loads: boolean;
  readonly stores: boolean;
  /** Clocks in execute beyond the first, without those of a device. */
  readonly execute_clocks: number;
  /** With paging on, its access waits for its frame. */
  readonly translates: boolean;
  readonly uses_port: boolean;
  /** An interrupt no longer abandons the instruction. */
  readonly spoils: boolean;
  /** An interrupt may come before it even so. */
  readonly interruptible: boolean;
  /** An interrupt may come in its midst. */
  readonly divides: boolean;
  /** A microcode condition is decided here. */
  readonly conditional: boolean;
  /** It waits for a condition right in front of it: after it comes another routine, instruction or operand size. */
  readonly awaits_condition: boolean;
}

type Condition = (typeof conditionalNexts)[number];
const conditions: ReadonlySet<string> = new Set(conditionalNexts);
export const isCondition = (next: NonNullable<Step["next"]>): next is Condition => conditions.has(next);

const awaiting: ReadonlySet<Step["next"]> = new Set(["end", "call", "return"]);

function widthOf({ size = "operand" }: MicroOp, sizes: Sizes, first: Width): Width {
  switch (size) {
    case "operand": return sizes.operand;
    case "byte": return 8;
    case "word": return 16;
    case "dword": return 32;
    case "w": return sizes.wide ? sizes.operand : 8;
    case "address": return sizes.address;
    case "first": return first;
    // That of SS; no time depends on it.
    case "stack": return 32;
  }
}

function executeClocks(step: MicroOp, width: Width): number {
  if (step.operation === "mul" || step.operation === "imul") return multiply_clocks;
  if (step.operation === "div" || step.operation === "idiv") return width + divide_clocks_around;
  return 0;
}

function addressRegisters({ base = "none", stack = "none" }: MicroOp): RegisterRole[] {
  const moves_stack = stack !== "none";
  const first: RegisterRole[] =
    base === "context" ? ["base", "index"] : base === "none" || base === "next_eip" ? [] : [base];
  return moves_stack ? [...new Set<RegisterRole>([...first, "esp"])] : first;
}

/** The register that a result goes to. */
export function written(to: NonNullable<MicroOp["to"]>): RegisterRole | undefined {
  switch (to) {
    case "none": case "memory": case "imm": case "one": case "ea": case "next_eip":
    case "special": case "constant": return undefined;
    case "ah": return "eax";
    default: return to;
  }
}

/**
 * `is_memory`: the instruction's ModRM.rm is memory. `first`: the instruction's first step, whose width is kept.
 * `operand`: the operand size, where the microcode has changed it. `paging`: whether that is on.
 */
export function stepTiming(step: Step, { is_memory, sizes, first, operand = sizes.operand, paging = false }: {
  readonly is_memory: boolean; readonly sizes: Sizes; readonly first: MicroOp; readonly operand?: 16 | 32;
  readonly paging?: boolean;
}): StepTiming {
  const { to = "none", memory = "none", next = "step" } = step;
  const width = widthOf(step, { ...sizes, operand }, widthOf(first, sizes, 32));
  const loads = memory === "load" || memory === "modify";
  const stores = memory === "store" || (memory === "store_rm" && is_memory);
  const writes = to === "rm" && is_memory ? undefined : written(to);
  return {
    addressed_with: addressRegisters(step),
    writes,
    width,
    loads,
    stores,
    execute_clocks: executeClocks(step, width),
    translates: paging && (loads || stores),
    uses_port: memory === "input" || memory === "output",
    spoils: spoils(step, { stores, writes: writes !== undefined && writes !== "esp" && isGeneral(writes) }),
    interruptible: step.interruptible === true,
    divides: step.operation === "div" || step.operation === "idiv",
    conditional: isCondition(next),
    awaits_condition: awaiting.has(next) || step.operands !== undefined,
  };
}

/** Register numbers of an instruction's roles; undefined where it has none. */
export interface Registers {
  readonly rm: number;
  readonly reg: number;
  readonly opreg: number;
  readonly base: number | undefined;
  readonly index: number | undefined;
}

function registerOf(role: RegisterRole, registers: Registers, width: Width = 32): number | undefined {
  switch (role) {
    case "rm": case "reg": case "opreg": return width === 8 ? registers[role] & 3 : registers[role];
    case "base": case "index": return registers[role];
    default: return registerNumber(role);
  }
}

/** A step with its registers known: what an interlock with a neighbour depends on. */
export interface Neighbour {
  readonly step: Pick<StepTiming, "addressed_with" | "writes" | "width" | "loads" | "stores" | "uses_port" | "translates">;
  readonly registers: Registers;
}

/** A load right behind it waits. */
export const holdsBackLoads = ({ stores, uses_port }: Pick<StepTiming, "stores" | "uses_port">): boolean => stores || uses_port;

/** Bubbles between two steps that follow each other without any other bubble. */
export function interlock(earlier: Neighbour, later: Neighbour): number {
  const { writes, width } = earlier.step;
  const number = writes === undefined ? undefined : registerOf(writes, earlier.registers, width);
  const awaits_register = number !== undefined
    && later.step.addressed_with.some((role) => registerOf(role, later.registers) === number);
  // With paging on, the clock in which the load's frame is looked up is the store's.
  const awaits_port = holdsBackLoads(earlier.step) && later.step.loads && !later.step.translates;
  return awaits_register || awaits_port ? interlock_bubbles : 0;
}

/**
 * Stand-ins for the registers that an instruction names: all different from each other and from every register that a
 * step names itself. That no interlock inside an instruction depends on them is checked by `internalInterlock`.
 */
const nameless: Registers = { rm: -1, reg: -2, opreg: -3, base: -4, index: -5 };
const byInstruction: ReadonlySet<RegisterRole> = new Set<RegisterRole>(["rm", "reg", "opreg", "base", "index"]);

const isGeneral = (role: RegisterRole): boolean => !/^t\d$/.test(role);

/** The interlock of two steps of one instruction, which must not depend on the registers that the instruction names. */
function internalInterlock(earlier: StepTiming, later: StepTiming): number {
  const { writes } = earlier;
  const clashes = writes !== undefined && isGeneral(writes)
    && later.addressed_with.some((role) =>
      role !== writes && isGeneral(role) && (byInstruction.has(role) || byInstruction.has(writes)));
  const certain = interlock({ step: earlier, registers: nameless }, { step: later, registers: nameless });
  if (clashes && certain === 0) throw new Error("an instruction's time would depend on the registers that it names");
  return certain;
}

/** A step's own bubbles in front: those of its access, with paging on. */
export const ownBubbles = ({ translates }: StepTiming): number => (translates ? access_bubbles : 0);

/** Bubbles between two steps of one instruction; `wrong`: those because a condition was expected to be otherwise. */
export const bubblesWithin = (earlier: StepTiming, later: StepTiming, wrong: number): number =>
  bubblesOfPair(earlier, later, wrong) + ownBubbles(later);

function bubblesOfPair(earlier: StepTiming, later: StepTiming, wrong: number): number {
  if (wrong > 0) return wrong;
  if (earlier.conditional && later.awaits_condition) return awaited_condition_bubbles;
  return internalInterlock(earlier, later);
}
