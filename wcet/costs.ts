// Clocks of an operation's instructions and of the seams between them, by the core's exported timing. Where an
// instruction can go several ways that the analysis does not tell apart, the longest counts; where it does, only those
// that are left.
import {
  bubblesBetween,
  decodeAt,
  deliveryBubbles,
  holdsBackLoads,
  interlock_bubbles,
  ownClocks,
  standard_device_clocks,
  waysOfInstruction,
  type Decoded,
  type Outcome,
  type Way,
} from "../soc/cpu/timing.ts";
import { memoryMap, type Region } from "../soc/memory-map.ts";
import type { Instruction } from "./code.ts";
import { addressOf } from "./effects.ts";
import type { EdgeKind, Node } from "./expand.ts";
import type { EntryWay, FlowFacts } from "./flow-facts.ts";
import { Problem } from "./problem.ts";
import { ecx, type State } from "./values.ts";

/** What a machine adds to the core's timing. */
export interface MachineTiming {
  /** Clocks of each device access beyond the first. */
  readonly device_clocks: number;
  readonly regions: readonly Region[];
  /** Whether code runs at several privilege levels: interrupts and returns may then lead from one to another. */
  readonly has_levels: boolean;
  /** Clocks that an instruction takes besides its own: what it calls, where that has a bound by itself. */
  readonly call_clocks?: (node: Node) => number;
}

export const atomicosTiming: MachineTiming = {
  device_clocks: standard_device_clocks,
  has_levels: true,
  regions: Object.values(memoryMap),
};

const regionOf = (address: number, { regions }: MachineTiming): Region | undefined =>
  regions.find(({ base, size }) => address >= base && address < base + size);

/** What answers nothing takes as long as a device. */
const takesDeviceTime = (address: number, machine: MachineTiming): boolean =>
  (regionOf(address, machine)?.kind ?? "device") === "device";

/** ENTER counts its level in five bits. */
const levels = 32;

type Range = readonly [min: number, max: number];

/** How often a string instruction or ENTER goes round; undefined for any other. */
function rounds({ decoded, address }: Instruction, { repeats }: FlowFacts, state: State): Range | undefined {
  const name = decoded.row?.name ?? "";
  if (name === "ENTER") return [decoded.second % levels, decoded.second % levels];
  if (!name.startsWith("REP ")) return undefined;
  const declared = repeats.get(address);
  if (declared !== undefined) return [0, declared];
  const count = state.registers[ecx];
  if (count?.kind !== "constant") throw new Problem("repetition without a bound", [address]);
  const times = count.value >>> 0;
  // A comparison may end it earlier.
  return [/CMPS|SCAS/.test(name) ? Math.min(1, times) : times, times];
}

/** Of the system: descriptors are marked as accessed from the start, gates and task states are the 386's, none is virtual-8086. */
function isOfSystem({ condition, check, holds }: Outcome, { has_levels }: MachineTiming): boolean {
  if (condition === "if_accessed") return holds;
  switch (check) {
    case "gate_of_286":
    case "virtual_8086":
    case "returns_to_virtual_8086":
      return !holds;
    case "tss_of_386":
      return holds;
    case "inner":
    case "to_outer_level":
      return has_levels || !holds;
    default:
      return true;
  }
}

/** Whether an outcome can be, for what is known of the instruction and of how control goes on. */
function isPossible(
  { condition, holds, ends_loop }: Outcome,
  times: Range | undefined,
  taken: boolean | undefined,
): boolean {
  if (ends_loop === true) return true;
  switch (condition) {
    case "jump":
      return taken === undefined || holds === taken;
    case "trap":
      return !holds;
    case "protected_mode":
      return holds;
    case "if_zero":
      return times === undefined || (holds ? times[0] === 0 : times[1] > 0);
    default:
      return true;
  }
}

/** The ways that an instruction may go; `kind`: how control goes on behind it. */
function possibleWays(
  node: Node, facts: FlowFacts, machine: MachineTiming, kind: EdgeKind | undefined,
): readonly Way[] {
  const { decoded, address, flow } = node.instruction;
  if (decoded.row === undefined || !node.instruction.is_known)
    throw new Problem("instruction without a time", [address], node.instruction.mnemonic);
  if (node.instruction.mnemonic === "hlt") throw new Problem("halt", [address]);
  const times = rounds(node.instruction, facts, node.state);
  const taken = flow !== "condition" || kind === undefined ? undefined : kind === "taken";
  const ways = waysOfInstruction(decoded).filter(
    (way) =>
      (way.predicted === undefined || way.predicted === decoded.immediate < 0) &&
      way.outcomes.every((outcome) => isOfSystem(outcome, machine) && isPossible(outcome, times, taken)),
  );
  if (ways.length === 0) throw new Problem("instruction without a time", [address], `${decoded.row.name}: no way fits`);
  return ways;
}

/** An instruction's own clocks on its longest way that goes on so. */
export function ownCost(node: Node, facts: FlowFacts, machine: MachineTiming, kind?: EdgeKind): number {
  const times = rounds(node.instruction, facts, node.state)?.[1];
  return (machine.call_clocks?.(node) ?? 0) + Math.max(
    ...possibleWays(node, facts, machine, kind).map((way) => {
      if (way.further_rounds !== undefined && times === undefined) {
        throw new Problem("repetition without a bound", [node.instruction.address], node.instruction.mnemonic);
      }
      const count = Math.max(1, times ?? 1);
      const accesses = deviceAccesses(node, way, machine);
      // What is loaded from a device holds back a load behind it, as a store does.
      const held_back = accesses > 0 && !holdsBackLoads(way.last) ? interlock_bubbles : 0;
      return (
        ownClocks({ way, rounds: count, device_clocks: machine.device_clocks }) +
        accesses * (way.further_rounds === undefined ? 1 : count) * machine.device_clocks +
        held_back
      );
    }),
  );
}

/** Accesses of a way to devices in memory, by the address of the instruction's operands. */
function deviceAccesses({ instruction, state }: Node, way: Way, machine: MachineTiming): number {
  const reaches = instruction.memory.some((operand) => {
    const address = addressOf(state, operand);
    if (address.kind === "constant") return takesDeviceTime(address.value >>> 0, machine);
    // Of an address that is not known, the displacement is a device's if the object is.
    return address.kind !== "stack" && regionOf(operand.displacement >>> 0, machine)?.kind === "device";
  });
  return reaches ? way.steps.filter(({ loads, stores }) => loads || stores).length : 0;
}

/** Bubbles between an instruction and the next, on the worst of the ways that go on so. */
export function seamCost(
  from: Node, to: Node, kind: EdgeKind, facts: FlowFacts, machine: MachineTiming,
): number {
  const {
    instruction: { decoded: later, address },
  } = to;
  return Math.max(
    ...possibleWays(from, facts, machine, kind).map((way) =>
      bubblesBetween({ way, decoded: from.instruction.decoded }, later, address),
    ),
  );
}

const call = decodeAt(Uint8Array.of(0xe8, 0, 0, 0, 0), 0);
const sysenter = decodeAt(Uint8Array.of(0x0f, 0x34), 0);
const far_call = decodeAt(Uint8Array.of(0x9a, 0, 0, 0, 0, 0, 0), 0);
const software_interrupt = decodeAt(Uint8Array.of(0xcd, 0x30), 0);

/**
 * From the moment when an operation's cause is complete until its first instruction could be, without its own clocks.
 */
export function entryCost(way: EntryWay, first: Decoded, address: number, machine: MachineTiming): number {
  const behind = (cause: Decoded, with_cause: boolean): number => {
    const bubbles = waysOfInstruction(cause)
      .filter(({ outcomes }) =>
        outcomes.every((outcome) => isOfSystem(outcome, machine) &&
          (isPossible(outcome, undefined, undefined) || outcome.condition === "trap")),
      )
      .map(
        (of) =>
          bubblesBetween({ way: of, decoded: cause }, first, address) +
          (with_cause ? ownClocks({ way: of, rounds: 1, device_clocks: 0 }) : 0),
      );
    return Math.max(...bubbles);
  };
  const delivery = (error_code: boolean): number =>
    Math.max(...(machine.has_levels ? [false, true] : [false]).map((inner) =>
      deliveryBubbles({ in_protected_mode: true, error_code, unusual: { inner } }, first, address)));
  switch (way) {
    case "inside":
      return 0;
    case "call":
      return behind(call, false);
    case "sysenter":
      if (sysenter.row === undefined) throw new Problem("instruction without a time", [address], "SYSENTER");
      return behind(sysenter, true);
    case "software interrupt":
      return behind(software_interrupt, true);
    case "call gate":
      return behind(far_call, true);
    case "interrupt":
      return delivery(false);
    case "exception with error code":
      return delivery(true);
  }
}

/** Bubbles behind an operation's last instruction. */
export const exitCost = (node: Node, facts: FlowFacts, machine: MachineTiming): number =>
  Math.max(...possibleWays(node, facts, machine, undefined).map(({ leaves_bubbles }) => leaves_bubbles));
