// An operation as one graph: every call has a copy of the function called, with what is known there of registers and
// stack, so that branches which cannot be taken there are left out. Nodes are instructions, edges say how control goes
// on.
//
//   entry ──► instruction ──next/taken──► instruction ──call──► callee's first … RET ──return──► behind the call
//
// Where an instruction changes stacks, another context goes on: one that was left at that same instruction before. Of
// it only the code is known, so all its functions' callers are possible: the part of the graph called "resumed".
import type { Code, Instruction } from "./code.ts";
import { after, decided, returnAddress, returned, valueOf } from "./effects.ts";
import type { FlowFacts, Operation } from "./flow-facts.ts";
import type { Functions } from "./functions.ts";
import { hex, Problem } from "./problem.ts";
import { constant, eax, entryState, joinStates, unknownState, type Constants, type State } from "./values.ts";

/** A function's copy: how it was called. */
export interface Context {
  readonly id: number;
  /** Undefined for the operation's own code. */
  readonly caller: Context | undefined;
  readonly entry: number;
  /** Of the call. */
  readonly site: number;
  readonly returns_to: number;
  /** Another context's code, after a change of stacks. */
  readonly resumed: boolean;
}

export type EdgeKind = "next" | "taken" | "call" | "return" | "resume";

export interface Node {
  readonly id: number;
  readonly context: Context;
  readonly instruction: Instruction;
  state: State;
}

export interface Edge {
  readonly from: Node;
  readonly to: Node;
  readonly kind: EdgeKind;
}

export interface Graph {
  readonly entry: Node;
  readonly nodes: readonly Node[];
  readonly edges: readonly Edge[];
  /** Where the operation ends. */
  readonly exits: readonly Node[];
}

export interface Program {
  readonly code: Code;
  readonly facts: FlowFacts;
  readonly functions: Functions;
  readonly constants: Constants;
}

const nodes_max = 60_000;

interface Onward {
  readonly context: Context;
  readonly address: number;
  readonly state: State;
  readonly kind: EdgeKind;
}

export function expand(operation: Pick<Operation, "address" | "way" | "number">, program: Program): Graph {
  const { code, facts, functions, constants } = program;
  const contexts = new Map<string, Context>();
  const context = (of: Omit<Context, "id">): Context => {
    const key = `${of.caller?.id ?? "-"} ${of.entry} ${of.returns_to} ${of.resumed}`;
    const made = contexts.get(key) ?? { ...of, id: contexts.size };
    contexts.set(key, made);
    return made;
  };
  const own = context({
    caller: undefined,
    entry: operation.address,
    site: 0,
    returns_to: 0,
    resumed: operation.way === "inside",
  });
  const resumed = context({ caller: undefined, entry: 0, site: 0, returns_to: 0, resumed: true });

  const called_operations = new Set(facts.operations.filter(({ way }) => way === "call").map(({ address }) => address));

  const nodes = new Map<string, Node>();
  const pending = new Set<Node>();
  const reach = ({ context: of, address, state }: Omit<Onward, "kind">): Node => {
    const key = `${of.id} ${address}`;
    const known = nodes.get(key);
    if (known === undefined) {
      if (nodes.size >= nodes_max) throw new Problem("too much code", [operation.address], `${nodes_max} instructions`);
      const made: Node = { id: nodes.size, context: of, instruction: code(address), state };
      nodes.set(key, made);
      pending.add(made);
      return made;
    }
    const joined = joinStates(known.state, state);
    if (joined !== known.state) {
      known.state = joined;
      pending.add(known);
    }
    return known;
  };

  const entry = reach({ context: own, address: operation.address, state: firstState(operation) });
  for (const node of pending) {
    pending.delete(node);
    for (const onward of onwards(node)) reach(onward);
  }
  const all = [...nodes.values()];
  const edges = all.flatMap((from) => onwards(from).map((onward) => ({ from, to: reach(onward), kind: onward.kind })));
  return { entry, nodes: all, edges, exits: all.filter(ends) };

  /** Where control may go on; what halts the machine in the end is no part of the operation. */
  function onwards(node: Node): Onward[] {
    return allOnwards(node).filter(({ address }) => functions.comesToAnEnd(address));
  }

  function allOnwards(node: Node): Onward[] {
    const { instruction, context: here } = node;
    const { address, flow, target } = instruction;
    if (facts.leave.has(address) || facts.forever.has(address)) return [];
    const behind = address + instruction.bytes;
    const on = (to: number, kind: EdgeKind, state = after(node.state, instruction, constants)): Onward => ({
      context: here,
      address: to,
      state,
      kind,
    });
    if (facts.switches.has(address)) return resumptions(node);
    switch (flow) {
      case "next":
        return [on(behind, "next")];
      case "jump":
        return [on(target ?? behind, "taken")];
      case "condition": {
        const holds = decided(node.state.flags, instruction.condition);
        return [
          ...(holds === true ? [] : [on(behind, "next")]),
          ...(holds === false ? [] : [on(target ?? behind, "taken")]),
        ];
      }
      case "call":
        return [called(node, target ?? behind)];
      case "indirect call":
        return targetsOf(node).map((to) => called(node, to));
      case "indirect jump":
        return targetsOf(node).map((to) => on(to, "taken"));
      case "return":
        return returns(node);
      case "trap":
        throw new Problem("software interrupt", [address], instruction.mnemonic);
      // UD2: what comes then is the exception's.
      case "invalid":
        if (instruction.mnemonic === "ud2") return [];
        throw new Problem("instruction without a time", [address], instruction.mnemonic);
    }
  }

  function called(
    { instruction: { address, bytes }, instruction, context: caller, state }: Node,
    callee: number,
  ): Onward {
    for (let above: Context | undefined = caller; above !== undefined; above = above.caller) {
      if (above.entry === callee) throw new Problem("recursion", [callee, address]);
    }
    const context_called = context({
      caller,
      entry: callee,
      site: address,
      returns_to: address + bytes,
      resumed: false,
    });
    return { context: context_called, address: callee, state: after(state, instruction, constants), kind: "call" };
  }

  /** An indirect jump's or call's: as declared in front of it, or by what is known of its operand. */
  function targetsOf({
    instruction: {
      address,
      flow,
      operands: [operand],
    },
    state,
  }: Node): readonly number[] {
    const declared = facts.targets.get(address);
    if (declared !== undefined) return declared;
    const value = valueOf(state, operand, constants);
    if (value.kind === "constant") return [value.value >>> 0];
    const kind =
      flow === "indirect jump" ? "jump to where the analysis cannot see" : "call to where the analysis cannot see";
    throw new Problem(kind, [address]);
  }

  function returns(node: Node): Onward[] {
    const { context: here, instruction } = node;
    if (instruction.leaves_ring) return [];
    if (here.caller !== undefined) {
      const popped = Math.max(0, instruction.decoded.immediate);
      const to = returnAddress(node.state);
      if (to !== undefined && to !== here.returns_to) {
        throw new Problem("return to elsewhere", [instruction.address], `to ${hex(to)}`);
      }
      return [{ context: here.caller, address: here.returns_to, state: returned(node.state, popped), kind: "return" }];
    }
    return here.resumed ? callersOf(instruction.address) : [];
  }

  /** Behind every call of the functions that the instruction may end; none for those that only other programs call. */
  function callersOf(address: number): Onward[] {
    return [...functions.of(address)].flatMap((of) =>
      functions.callsOf(of).map(({ returns_to }) => ({
        context: resumed,
        address: returns_to,
        state: unknownState,
        kind: "resume" as const,
      })),
    );
  }

  /** Every place where the instruction has left a context; calls that nobody declared would be missing. */
  function resumptions({ instruction: { address }, context: here }: Node): Onward[] {
    const undeclared = callSites(here).find((site) => code(site).flow === "indirect call" && !facts.targets.has(site));
    if (undeclared !== undefined) {
      throw new Problem("call to where the analysis cannot see", [undeclared], "what it calls changes stacks");
    }
    const began = facts.resumes.map((at) => ({
      context: resumed,
      address: at,
      state: unknownState,
      kind: "resume" as const,
    }));
    return [...callersOf(address), ...began];
  }

  /** Whether the operation can end here. Another path without anything behind it halts, and takes no time of ours. */
  function ends({ instruction: { address, flow, leaves_ring }, context: here }: Node): boolean {
    if (facts.leave.has(address)) return true;
    if (facts.forever.has(address) || flow !== "return" || facts.switches.has(address)) return false;
    if (leaves_ring) return true;
    if (here.caller !== undefined) return false;
    return (
      !here.resumed ||
      callersOf(address).length === 0 ||
      [...functions.of(address)].some((of) => called_operations.has(of))
    );
  }
}

/** The calls that led here, the last one first. */
function callSites({ caller, site }: Context): number[] {
  return caller === undefined ? [] : [site, ...callSites(caller)];
}

function firstState({ number, way }: Pick<Operation, "number" | "way">): State {
  if (way === "inside") return unknownState;
  if (number === undefined || (way !== "sysenter" && way !== "software interrupt")) return entryState;
  return {
    ...entryState,
    registers: entryState.registers.map((value, register) => (register === eax ? constant(number) : value)),
  };
}
