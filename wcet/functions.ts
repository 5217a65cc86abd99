// The program's functions, whatever calls them: which instructions each consists of, and which functions it calls from
// where. A function is what can be reached from its first instruction without following calls; behind a call of a
// function that never returns there is nothing.
import type { Code, Instruction } from "./code.ts";
import type { FlowFacts } from "./flow-facts.ts";

export interface Call {
  /** Of the call. */
  readonly site: number;
  readonly returns_to: number;
  readonly callee: number;
}

export interface Functions {
  /** First instructions of the functions that this instruction is part of; several where functions share code. */
  of(address: number): ReadonlySet<number>;
  /** The calls of a function. */
  callsOf(entry: number): readonly Call[];
  /** Whether the function's end, or an operation's, can be reached from there; else the machine halts. */
  comesToAnEnd(address: number): boolean;
}

interface Found {
  readonly instructions: ReadonlyMap<number, readonly Instruction[]>;
  readonly returning: ReadonlySet<number>;
}

/** All functions that can be reached from these. */
export function functionsFrom(roots: readonly number[], code: Code, facts: FlowFacts): Functions {
  const { instructions, returning } = found(roots, code, facts);
  const owners = new Map<number, Set<number>>();
  const calls = new Map<number, Call[]>();
  for (const [entry, all] of instructions) {
    for (const instruction of all) {
      const { address, bytes } = instruction;
      owners.set(address, (owners.get(address) ?? new Set()).add(entry));
      for (const callee of callees(instruction, facts)) {
        const known = calls.get(callee) ?? [];
        if (known.some(({ site }) => site === address)) continue;
        calls.set(callee, [...known, { site: address, returns_to: address + bytes, callee }]);
      }
    }
  }
  const ending = growing(instructions, (all, known) =>
    all.some((instruction) => {
      const { address, leaves_ring } = instruction;
      return (
        leaves_ring ||
        facts.leave.has(address) ||
        facts.switches.has(address) ||
        callees(instruction, facts).some((callee) => known.has(callee))
      );
    }),
  );
  const live = new Set([...instructions.values()].flatMap((all) => [...liveOf(all, facts, returning, ending)]));
  return {
    of: (address) => owners.get(address) ?? new Set(),
    callsOf: (entry) => (returning.has(entry) ? (calls.get(entry) ?? []) : []),
    comesToAnEnd: (address) => !owners.has(address) || live.has(address),
  };
}

/** The entries of which that holds when it is known of which others it holds. */
function growing(
  instructions: Found["instructions"],
  holds: (all: readonly Instruction[], known: ReadonlySet<number>) => boolean,
): Set<number> {
  const known = new Set<number>();
  for (let before = -1; known.size !== before;) {
    before = known.size;
    for (const [entry, all] of instructions) if (holds(all, known)) known.add(entry);
  }
  return known;
}

/** The instructions of a function from which an end can be reached. */
function liveOf(
  all: readonly Instruction[],
  facts: FlowFacts,
  returning: ReadonlySet<number>,
  ending: ReadonlySet<number>,
): Set<number> {
  const live = new Set<number>();
  const isLive = (instruction: Instruction): boolean => {
    const { address, flow, leaves_ring, target, mnemonic } = instruction;
    // What nobody knows is looked at, so that it is found.
    if (
      flow === "return" ||
      leaves_ring ||
      (flow === "invalid" && mnemonic !== "ud2") ||
      facts.leave.has(address) ||
      facts.switches.has(address)
    )
      return true;
    if (flow === "call" && target !== undefined && ending.has(target)) return true;
    return nextOf(instruction, facts, returning).some((to) => live.has(to));
  };
  // Backwards, most are found in one go.
  const backwards = all.toSorted((a, b) => b.address - a.address);
  for (let before = -1; live.size !== before;) {
    before = live.size;
    for (const instruction of backwards) if (isLive(instruction)) live.add(instruction.address);
  }
  return live;
}

/** Which functions return decides what code there is, and the other way round: from none on, until nothing changes. */
function found(roots: readonly number[], code: Code, facts: FlowFacts): Found {
  const returning = new Set<number>();
  for (;;) {
    const instructions = new Map<number, readonly Instruction[]>();
    const pending = [...roots];
    for (let entry = pending.pop(); entry !== undefined; entry = pending.pop()) {
      if (instructions.has(entry)) continue;
      const all = reached(entry, code, facts, returning);
      instructions.set(entry, all);
      pending.push(...all.flatMap((instruction) => callees(instruction, facts)));
    }
    const more = [...instructions].filter(
      ([entry, all]) => !returning.has(entry) && all.some(({ flow }) => flow === "return"),
    );
    if (more.length === 0) return { instructions, returning };
    for (const [entry] of more) returning.add(entry);
  }
}

function callees({ flow, target, address }: Instruction, { targets }: FlowFacts): readonly number[] {
  if (flow === "call") return target === undefined ? [] : [target];
  return flow === "indirect call" ? (targets.get(address) ?? []) : [];
}

/** As far as the code says where it goes. */
function reached(entry: number, code: Code, facts: FlowFacts, returning: ReadonlySet<number>): Instruction[] {
  const all = new Map<number, Instruction>();
  const pending = [entry];
  for (let address = pending.pop(); address !== undefined; address = pending.pop()) {
    if (all.has(address)) continue;
    const instruction = code(address);
    all.set(address, instruction);
    pending.push(...nextOf(instruction, facts, returning));
  }
  return [...all.values()];
}

function nextOf(
  { address, bytes, flow, target }: Instruction,
  facts: FlowFacts,
  returning: ReadonlySet<number>,
): readonly number[] {
  const behind = address + bytes,
    to = target ?? behind;
  if (facts.forever.has(address)) return [];
  switch (flow) {
    case "call":
      return returning.has(to) ? [behind] : [];
    case "next":
    case "indirect call":
    case "trap":
      return [behind];
    case "condition":
      return [behind, to];
    case "jump":
      return [to];
    case "indirect jump":
      return facts.targets.get(address) ?? [];
    case "return":
    case "invalid":
      return [];
  }
}
