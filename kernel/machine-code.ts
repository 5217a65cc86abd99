// The instructions of a linked program as a graph, for claims about all of them.
//
// Decoding starts at the functions and follows jumps, so data among the code is not taken for instructions. Calls are
// edges of their own: the successor of a call is what follows it, unless the function called never returns.

import { CpuidFeature, Decoder, DecoderOptions, FlowControl, type Instruction, Mnemonic } from "iced-x86";

import { flowFacts } from "../wcet/flow-facts.ts";
import type { ElfFile } from "./elf.ts";

export interface CodePoint {
  readonly address: number;
  readonly mnemonic: string;
  readonly features: readonly string[];
  /** Where control may go next, calls apart. */
  readonly next: readonly number[];
  /** The function that a direct call enters. */
  readonly callee?: number;
  /** A jump or call to an address that the instruction does not name. */
  readonly indirect: boolean;
  readonly returns: boolean;
}

/** A flow fact's marker; freestanding/flow_facts.h explains the kinds. */
export interface Marker {
  readonly address: number;
  readonly kind: "enter" | "iter" | "forever";
  readonly loop: number;
  readonly bound: number;
}

/** Every instruction that can be reached from `roots`, by address. */
export function codeFrom(elf: ElfFile, roots: readonly number[]): ReadonlyMap<number, CodePoint> {
  const decoded = new Map<number, CodePoint>();
  const point = (address: number): CodePoint => {
    const known = decoded.get(address) ?? decode(elf, address);
    decoded.set(address, known);
    return known;
  };
  const callees = (code: ReadonlyMap<number, CodePoint>): number[] =>
    [...code.values()].flatMap(({ callee }) => (callee === undefined ? [] : [callee]));

  // A function is taken to return until no return is left in it; a call of one that does not ends its caller's path.
  const endless = new Set<number>();
  const follow = ({ next, callee }: CodePoint): readonly number[] =>
    callee !== undefined && endless.has(callee) ? [] : next;
  for (;;) {
    const found = reach(roots, point, (from) => [...follow(from), ...(from.callee === undefined ? [] : [from.callee])]);
    const more = callees(found).filter((entry) =>
      !endless.has(entry) && ![...reach([entry], point, follow).values()].some(({ returns }) => returns));
    if (more.length === 0) {
      return new Map([...found].map(([address, from]) => [address, { ...from, next: follow(from) }]));
    }
    for (const entry of more) endless.add(entry);
  }
}

/** Everything that can be reached from the roots, by address. */
export function reach(
  roots: readonly number[],
  point: (address: number) => CodePoint,
  next: (from: CodePoint) => readonly number[],
): Map<number, CodePoint> {
  const found = new Map<number, CodePoint>();
  const pending = [...roots];
  for (let address = pending.pop(); address !== undefined; address = pending.pop()) {
    if (found.has(address)) continue;
    const from = point(address);
    found.set(address, from);
    pending.push(...next(from));
  }
  return found;
}

const INSTRUCTION_BYTES_MAX = 15;

function decode(elf: ElfFile, address: number): CodePoint {
  const section = elf.sections.find(({ allocated, bytes, address: start }) =>
    allocated && address >= start && address < start + bytes.length);
  if (section === undefined) throw new Error(`code leads to ${address.toString(16)}, where nothing is`);
  const offset = address - section.address;
  const bytes = section.bytes.subarray(offset, offset + INSTRUCTION_BYTES_MAX);
  const decoder = new Decoder(32, bytes, DecoderOptions.None);
  decoder.ip = BigInt(address);
  const instruction = decoder.decode();
  const point = describe(address, instruction);
  instruction.free();
  decoder.free();
  return point;
}

function describe(address: number, instruction: Instruction): CodePoint {
  const behind = (address + instruction.length) >>> 0;
  const target = (): number => Number(instruction.nearBranchTarget);
  const point = {
    address,
    mnemonic: Mnemonic[instruction.mnemonic] ?? "?",
    features: Array.from(instruction.cpuidFeatures(), (feature) => CpuidFeature[feature] ?? "?"),
    indirect: false,
    returns: false,
  };
  switch (instruction.flowControl) {
    case FlowControl.Next:
    case FlowControl.Interrupt:
      return { ...point, next: [behind] };
    case FlowControl.ConditionalBranch:
      return { ...point, next: [behind, target()] };
    case FlowControl.UnconditionalBranch:
      // A far jump reloads CS and goes on behind itself.
      return { ...point, next: [instruction.isJmpFar ? behind : target()] };
    case FlowControl.Call:
      // SYSENTER, whose target is the kernel's; it comes back behind itself.
      if (instruction.mnemonic === Mnemonic.Sysenter) return { ...point, next: [behind] };
      return { ...point, next: [behind], callee: target() };
    case FlowControl.IndirectCall:
      return { ...point, next: [behind], indirect: true };
    case FlowControl.IndirectBranch:
      return { ...point, next: [], indirect: true };
    case FlowControl.Return:
      return { ...point, next: [], returns: true };
    default: // UD2
      return { ...point, next: [] };
  }
}

/** The markers of loops; wcet/flow-facts.ts reads the records. */
export function markersOf(elf: ElfFile): readonly Marker[] {
  const { enter, iter, forever } = flowFacts(elf);
  return [
    ...enter.map((marker) => ({ ...marker, kind: "enter" as const })),
    ...iter.map((marker) => ({ ...marker, kind: "iter" as const })),
    ...[...forever].map((address) => ({ address, kind: "forever" as const, loop: 0, bound: 0 })),
  ];
}

/** The nodes that lie on a cycle of the graph, one for each cycle found first. */
export function cycles(nodes: Iterable<number>, next: (node: number) => readonly number[]): number[] {
  const state = new Map<number, "open" | "done">();
  const found: number[] = [];
  for (const root of nodes) {
    const path: { node: number; left: number[] }[] = [];
    const enter = (node: number): void => {
      if (state.get(node) === "open") found.push(node);
      if (state.has(node)) return;
      state.set(node, "open");
      path.push({ node, left: [...next(node)] });
    };
    enter(root);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const successor = top.left.pop();
      if (successor !== undefined) enter(successor);
      else {
        state.set(top.node, "done");
        path.pop();
      }
    }
  }
  return found;
}
