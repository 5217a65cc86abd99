// From a net of the netlist back to the line that drives it.
//
// Flattening joins instance labels and names with dots: `board.soc.cpu.execute.sum[3]`. Most nets come from synthesis
// and are named after a neighbour, by a walk over cells' types and ports: `sum_LUT4_Z_1_B` is input B of the LUT that
// drives `sum`, so it is on the way to `sum`; `sum_LUT4_A_Z` is something that depends on `sum` among others, and might
// belong anywhere. hdl-gen's Verilog says at each statement from which source line it comes; this reads those comments.

export interface NamedNet {
  readonly name: string; // hierarchical, as the author wrote it
  readonly relation: "itself" | "toward" | "near"; // what the net is to the one that has this name
  readonly source: string | undefined; // file:line of the statement that drives it, else of its declaration
}

export interface NetNames {
  find(net: string): NamedNet | undefined; // undefined: nothing in it is the author's
}

interface Module {
  readonly sources: Map<string, string | undefined>; // of each name declared in it
  readonly inputs: Set<string>;
  readonly instances: Map<string, Instance>;
}

interface Instance {
  readonly of: string; // the module
  readonly source: string | undefined;
  readonly pins: Map<string, string>; // port → name outside
}

export function netNames(verilog: string, top: string): NetNames {
  const modules = readModules(verilog);
  return {
    find(net) {
      const parts = net.split(".");
      const path: string[] = [];
      const around: Surroundings[] = [];
      let module = modules.get(top);
      while (module !== undefined && parts.length > 1) {
        const instance = module.instances.get(parts[0] ?? "");
        if (instance === undefined) break;
        path.push(parts.shift() ?? "");
        around.push({ module, instance });
        module = modules.get(instance.of);
      }
      if (module === undefined) return undefined;
      const [, local = "", bit = ""] = /^(.*?)((?:\[\d+\])?)$/.exec(parts.join(".")) ?? [];
      const found = nearest(local, module);
      if (found === undefined) return undefined;
      const relation = relationOf(local.slice(found.length));
      return {
        name: [...path, relation === "itself" ? found + bit : found].join("."),
        relation,
        source: driver(found, module, around, modules),
      };
    },
  };
}

/** The longest declared name that the text is, or begins with before what synthesis added. */
function nearest(text: string, module: Module): string | undefined {
  for (let end = text.length; end > 0; end--) {
    if (end < text.length && !/^(?:_[A-Z$]|\.)/.test(text.slice(end))) continue;
    if (module.sources.has(text.slice(0, end))) return text.slice(0, end);
  }
  return undefined;
}

const OUTPUT = "(?:Z|S0|S1|COUT|Q|DO[AB]?\\d*|P\\d+)";
const TYPE = "(?:LUT4|PFUMX|L6MUX21|CCU2C|TRELLIS_FF|TRELLIS_DPR16X4|MULT18X18D)";
const DRIVER = new RegExp(`^_${TYPE}_${OUTPUT}(?:_\\d+)?$`); // a cell: the one that drives the net
const BLOCK = /^(?:\.\d+)+(?:_DO[AB]?\d*)?$/; // a memory is made of numbered blocks
const TOWARD = new RegExp(`^(?:_${TYPE}_${OUTPUT}(?:_\\d+)?_[A-Z]+\\d*)+$`);

function relationOf(added: string): NamedNet["relation"] {
  if (added === "" || DRIVER.test(added) || BLOCK.test(added)) return "itself";
  return TOWARD.test(added) ? "toward" : "near";
}

interface Surroundings {
  readonly module: Module;
  readonly instance: Instance; // the way inward
}

/** An instance's output is driven inside the instance, a module's input outside the module. */
function driver(
  name: string,
  module: Module,
  around: readonly Surroundings[],
  modules: ReadonlyMap<string, Module>,
): string | undefined {
  const source = module.sources.get(name);
  if (source !== undefined) return source;
  for (const [label, instance] of module.instances) {
    const inner = modules.get(instance.of);
    const port = name.startsWith(`${label}_`) ? name.slice(label.length + 1) : "";
    if (inner?.sources.has(port) === true) {
      return driver(port, inner, [...around, { module, instance }], modules) ?? instance.source;
    }
  }
  const outer = around.at(-1);
  const outside = outer?.instance.pins.get(name);
  if (outer === undefined || outside === undefined || !module.inputs.has(name)) return undefined;
  return driver(outside, outer.module, around.slice(0, -1), modules);
}

const SOURCE = String.raw`(?:  // ([\w./-]+\.ts(?::\d+)?))?`;
const MODULE = /^module (\w+) \(/;
const KIND = String.raw`(?:\(\* \w+ \*\) )?(?:input |output )? *(?:wire|reg) +(?:\[\d+:\d+\] *)?`;
const DECLARATION = new RegExp(String.raw`^  ${KIND}(\w+)\b.*?${SOURCE}$`);
const PIN = /^ {4}\.(\w+)\((\w+)\),?$/;
const INSTANCE = new RegExp(String.raw`^  (\w+) (\w+) \(${SOURCE}$`);
const PROCESS = new RegExp(String.raw`^  always\b.*?${SOURCE}$`);
const ASSIGNMENT = new RegExp(String.raw`^ +(?:assign )?(?:if \(.*\) )?(\w+)(?:\[.*?\])* <?= .*?${SOURCE}$`);

const emptyModule = (): Module => ({ sources: new Map(), inputs: new Set(), instances: new Map() });

function readModules(verilog: string): ReadonlyMap<string, Module> {
  const modules = new Map<string, Module>();
  let module = emptyModule();
  let pins = new Map<string, string>(); // of the last instance
  let driven = new Set<string>(); // names whose source is a driver's already
  let process: string | undefined; // the source of the process around the statement
  for (const line of verilog.split("\n")) {
    const start = MODULE.exec(line);
    if (start !== null) {
      module = emptyModule();
      modules.set(start[1] ?? "", module);
      driven = new Set();
      continue;
    }
    const declared = DECLARATION.exec(line);
    if (declared !== null) {
      module.sources.set(declared[1] ?? "", declared[2]);
      if (line.startsWith("  input ")) module.inputs.add(declared[1] ?? "");
      continue;
    }
    const block = PROCESS.exec(line);
    if (block !== null) {
      process = block[1];
      continue;
    }
    const instance = INSTANCE.exec(line);
    if (instance !== null) {
      pins = new Map();
      module.instances.set(instance[2] ?? "", { of: instance[1] ?? "", source: instance[3], pins });
      continue;
    }
    const pin = PIN.exec(line);
    if (pin !== null) {
      pins.set(pin[1] ?? "", pin[2] ?? "");
      continue;
    }
    const assigned = ASSIGNMENT.exec(line);
    const [name = "", source = process] = assigned?.slice(1) ?? [];
    if (source === undefined || driven.has(name) || !module.sources.has(name)) continue;
    module.sources.set(name, source);
    driven.add(name);
  }
  return modules;
}
