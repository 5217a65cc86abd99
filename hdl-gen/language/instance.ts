// Instances: a module's ports, met by the expressions and names of the module around it.
/* oxlint-disable typescript/no-unsafe-type-assertion -- shapes are computed in the types, and follow the same tree when they run */
import { Bits, operand, type Val } from "./bits.ts";
import { ChoiceSignal, choiceOperand, isEnumeration } from "./choice.ts";
import { join } from "./declare.ts";
import type { Design, Instance } from "./design.ts";
import { Clock } from "./clock.ts";
import { HdlError } from "./error.ts";
import { isList, isPort, type Direction, type Port, type PortTree, type Unsynchronized } from "./ports.ts";
import { Signal } from "./signal.ts";
import type { Site } from "./site.ts";

/** The instance as data, and its outputs in the shape of the ports. `own` are the signals of the module around it. */
export function connect(
  label: string,
  of: Design,
  given: unknown,
  { at, own, clock }: { readonly at: Site; readonly own: readonly Signal[]; readonly clock: Clock },
  declare: (signal: Signal) => Signal,
): { readonly instance: Instance; readonly yields: unknown } {
  const inputs = new Map<string, Bits>();
  const outputs = new Map<string, Signal>();
  const clocks = new Map<string, Clock>();

  for (const [name, port] of Object.entries(of.ports)) {
    const value = typeof given === "object" && given !== null ? (given as Record<string, unknown>)[name] : undefined;
    if (!isPort(port) || port.clock === undefined) continue;
    if (!(value instanceof Clock)) throw unconnected(label, of, name, port, at);
    clocks.set(name, value);
  }
  const inputValue = (value: unknown, port: Port, name: string): Bits => {
    const what = `input "${name}" of "${label}"`;
    if (value === undefined) throw unconnected(label, of, name, port, at);
    if (port.async && isUnsynchronized(value)) {
      const source = own.find((s) => s.label === value.unsynchronized);
      if (source !== undefined) return operand(source, likePort(port), what, at);
    }
    if (typeof value === "string" && isEnumeration(port.enumeration)) return choiceOperand(value, port.enumeration);
    return operand(value as Val<number>, likePort(port), what, at);
  };
  const outputSignal = (port: Port, name: string): Signal => {
    const options = { doc: "", at };
    const full = `${label}_${name}`;
    const signal = isEnumeration(port.enumeration)
      ? new ChoiceSignal("instance", full, port.enumeration, options)
      : new Signal("instance", full, port.width, options);
    signal.clock = port.domain === undefined ? clock : clocks.get(port.domain);
    outputs.set(name, signal);
    return declare(signal);
  };
  const walk = (tree: PortTree, values: unknown, prefix: string): unknown => {
    if (isPort(tree)) {
      if (tree.clock !== undefined) return undefined;
      if (tree.direction === "out") return outputSignal(tree, prefix);
      inputs.set(prefix, inputValue(values, tree, prefix));
      return undefined;
    }
    const inner = (typeof values === "object" && values !== null ? values : {}) as Record<string, unknown>;
    if (isList(tree)) return tree.map((item, i) => walk(item, inner[i], join(prefix, String(i))));
    const stray = Object.keys(inner).find((key) => !(key in tree) || isPurely("out", tree[key] as PortTree));
    if (stray !== undefined) throw unknownPort(label, of, join(prefix, stray), at);
    const walked = Object.entries(tree).map(([key, item]) => [key, walk(item, inner[key], join(prefix, key))] as const);
    return Object.fromEntries(walked.filter(([key]) => !isPurely("in", tree[key] as PortTree)));
  };

  const yields = walk(of.ports, given, "");
  return { instance: { label, of, inputs, outputs, clock, clocks, at }, yields };
}

function likePort(port: Port): Bits {
  const like = new Signal("input", "the port", port.width, { doc: "", at: port.at });
  return port.enumeration === undefined ? like : Object.assign(like, { enumeration: port.enumeration });
}

function isUnsynchronized(value: unknown): value is Unsynchronized<number> {
  return typeof value === "object" && value !== null && !(value instanceof Bits) && "unsynchronized" in value;
}

function isPurely(direction: Direction, tree: PortTree): boolean {
  if (isPort(tree)) return tree.direction === direction;
  return (isList(tree) ? tree : Object.values(tree)).every((item) => isPurely(direction, item));
}

function unconnected(label: string, of: Design, name: string, port: Port, at: Site): HdlError {
  return new HdlError({
    code: "unconnected",
    summary: `instance "${label}" leaves input "${name}" of module "${of.name}" unconnected`,
    at,
    notes: [{ at: port.at, text: "the port is declared here" }],
    fix: `give it a value in m.instance("${label}", …)`,
  });
}

function unknownPort(label: string, of: Design, name: string, at: Site): HdlError {
  return new HdlError({
    code: "unknown-port",
    summary: `instance "${label}" connects "${name}", which is no input of module "${of.name}"`,
    at,
    notes: [{ at: of.at, text: `module "${of.name}" is defined here` }],
    fix: "remove it, or add the port to the module",
  });
}
