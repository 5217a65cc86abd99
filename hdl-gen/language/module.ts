// A module: its name, what it is for, its ports, and what happens inside.
/* oxlint-disable typescript/no-unsafe-type-assertion -- shapes are computed in the types, and follow the same tree when they run */
import { checkDesign } from "../check/check.ts";
import { Builder, building } from "./builder.ts";
import { ChoiceNet, ChoiceSignal, isEnumeration } from "./choice.ts";
import { join } from "./declare.ts";
import { Clock, isClocked, isReset } from "./clock.ts";
import type { Design } from "./design.ts";
import { HdlError } from "./error.ts";
import { CPP_WORDS, KEYWORDS } from "./names.ts";
import { isList, isPort, type Bundle, type Inside, type Port, type PortTree, type Unsynchronized } from "./ports.ts";
import { Net, Signal } from "./signal.ts";
import { Site } from "./site.ts";

/**
 * Defines a module. It is elaborated and checked at once: what comes back is sound, or an HdlError is thrown.
 * A module that holds state has a clock `clk`, and `rst` (synchronous, active high) if reset matters to it; both are
 * connected without being named.
 */
export function module<const B extends Bundle>(
  name: string,
  doc: string,
  ports: B,
  build: (m: Builder, io: Inside<B>) => void,
): Design<B> {
  const at = new Site();
  checkModuleName(name, at);
  const m = new Builder(name);
  building.push(m);
  try {
    for (const [label, port] of Object.entries(ports)) {
      if (isPort(port) && port.clock !== undefined) m.takeClock(new Clock(label, port.clock, port.at));
    }
    build(m, declarePorts(m, ports, "") as Inside<B>);
    m.finishProperties();
  } finally {
    building.pop();
  }
  const design: Design<B> = {
    name,
    doc,
    at,
    ports,
    signals: m.signals,
    body: m.body,
    memories: m.memories,
    instances: m.instances,
    properties: m.properties,
    unused: m.unusedValues,
    clock: m.clock,
    clocks: m.clocks,
    clocked: isClocked(m, m.clock),
    resettable: isReset(m, m.clock),
    paths: new Map(),
  };
  return { ...design, paths: checkDesign(design) };
}

function declarePorts(m: Builder, tree: PortTree, label: string): unknown {
  if (isPort(tree)) return declarePort(m, tree, label);
  if (isList(tree)) return tree.map((item, i) => declarePorts(m, item, join(label, String(i))));
  return Object.fromEntries(Object.entries(tree).map(([key, item]) => [key, declarePorts(m, item, join(label, key))]));
}

function declarePort(m: Builder, port: Port, label: string): Signal | Unsynchronized<number> | Clock {
  const { direction, width, doc, at, async, enumeration, clock, domain } = port;
  if (clock !== undefined) {
    const declared = m.clocks.find((c) => c.label === label);
    if (declared !== undefined) return declared;
    throw new HdlError({ code: "name", summary: `clock "${label}" is inside a bundle`, at, fix: "make it a port of its own" });
  }
  const owner = m.clocks.find((c) => c.label === domain);
  if (domain !== undefined && owner === undefined) {
    throw new HdlError({
      code: "clock-domain",
      summary: `port "${label}" belongs to clock "${domain}", which module "${m.name}" does not have`,
      at,
      fix: `add the port ${domain}: clock()`,
    });
  }
  if (CPP_WORDS.has(label)) {
    throw new HdlError({
      code: "keyword",
      summary: `port "${label}" has the name of a C++ word, which a Verilator model cannot have`,
      at,
      fix: "choose another name",
    });
  }
  const options = { doc, at };
  if (direction === "in") {
    const signal = isEnumeration(enumeration)
      ? new ChoiceSignal("input", label, enumeration, options)
      : new Signal("input", label, width, options);
    signal.async = async;
    signal.clock = async ? undefined : owner;
    m.declare(signal);
    return async ? { width, unsynchronized: label } : signal;
  }
  const signal = isEnumeration(enumeration)
    ? new ChoiceNet("output", label, enumeration, options)
    : new Net("output", label, width, options);
  signal.clock = owner;
  return m.declare(signal);
}

function checkModuleName(name: string, at: Site): void {
  if (/^[a-z][a-zA-Z0-9_]*$/.test(name) && !KEYWORDS.has(name)) return;
  const keyword = KEYWORDS.has(name);
  throw new HdlError({
    code: keyword ? "keyword" : "name",
    summary: keyword ? `"${name}" is a Verilog keyword` : `"${name}" cannot be a name in Verilog`,
    at,
    fix: keyword ? "choose another name" : "use letters, digits and underscores, starting with a small letter",
  });
}
