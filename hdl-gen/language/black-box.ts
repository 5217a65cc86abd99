// Black boxes: modules that someone else provides, such as a device's PLL or a pad. Here they have ports and parameters;
// inside is what synthesis knows under their name. For simulation a module of one's own may stand in.
import type { Design } from "./design.ts";
import { Clock, OWN_CLOCK } from "./clock.ts";
import { HdlError } from "./error.ts";
import { join } from "./declare.ts";
import { isList, isPort, type Bundle, type Port, type PortTree } from "./ports.ts";
import { Site } from "./site.ts";

export interface BlackBoxOptions<B extends Bundle> {
  /** Verilog parameters, for all instances alike. */
  readonly parameters?: Readonly<Record<string, number | string>>;
  /** Pin names that differ from the ports'. Ports start with a small letter; pins may be called anything. */
  readonly pins?: Readonly<Record<string, string>>;
  /** The pin that takes the clock of the module around, if there is one, and the one that takes its reset. */
  readonly clock?: string;
  readonly reset?: string;
  /** Outputs that follow inputs within the cycle: `all` unless stated. Decides what counts as a combinational loop. */
  readonly paths?: "all" | "none";
  /** Stands in for it in simulation. */
  readonly model?: Design<B>;
}

/** What sets a black box apart from a module. */
export interface BlackBox {
  readonly parameters: Readonly<Record<string, number | string>>;
  readonly pins: Readonly<Record<string, string>>;
  readonly clock: string | undefined;
  readonly reset: string | undefined;
  readonly model: Design | undefined;
}

/** `name` is what synthesis knows it by, in any letters. */
export function blackBox<const B extends Bundle>(
  name: string,
  doc: string,
  ports: B,
  options: BlackBoxOptions<B> = {},
): Design<B> {
  const at = new Site();
  const leaves = leavesOf(ports, "");
  const names = (direction: Port["direction"]): string[] =>
    leaves.filter(({ port }) => port.direction === direction).map(({ label }) => label);
  checkPins(name, Object.keys(options.pins ?? {}), leaves.map(({ label }) => label), at);
  checkModel(name, leaves, options.model, at);
  const reaching = new Set(options.paths === "none" ? [] : names("in"));
  return {
    name,
    doc,
    at,
    ports,
    signals: [],
    body: [],
    memories: [],
    instances: [],
    properties: [],
    unused: [],
    clock: new Clock("", OWN_CLOCK, at),
    clocks: [],
    clocked: options.clock !== undefined,
    resettable: options.reset !== undefined,
    paths: new Map(names("out").map((label) => [label, reaching])),
    blackBox: {
      parameters: options.parameters ?? {},
      pins: options.pins ?? {},
      clock: options.clock,
      reset: options.reset,
      model: options.model,
    },
  };
}

interface Leaf {
  readonly label: string;
  readonly port: Port;
}

/** Ports with their full names. */
export function leavesOf(tree: PortTree, label: string): Leaf[] {
  if (isPort(tree)) return [{ label, port: tree }];
  const entries = isList(tree) ? tree.map((item, i) => [String(i), item] as const) : Object.entries(tree);
  return entries.flatMap(([key, item]) => leavesOf(item, join(label, key)));
}

function checkPins(name: string, pins: readonly string[], ports: readonly string[], at: Site): void {
  const stray = pins.find((pin) => !ports.includes(pin));
  if (stray === undefined) return;
  throw new HdlError({
    code: "black-box",
    summary: `black box "${name}" names a pin for "${stray}", which is no port of it`,
    at,
    fix: `its ports are ${ports.join(", ")}`,
  });
}

/** The model has the same ports, and a clock and a reset only if the box has. */
function checkModel(name: string, leaves: readonly Leaf[], model: Design | undefined, at: Site): void {
  if (model === undefined) return;
  const shape = (all: readonly Leaf[]): string =>
    all.map(({ label, port }) => `${port.direction} ${label}: ${port.width}`).toSorted().join(", ");
  const [own, others] = [shape(leaves), shape(leavesOf(model.ports, ""))];
  if (own === others) return;
  throw new HdlError({
    code: "black-box",
    summary: `the model of black box "${name}" has other ports: ${others}`,
    at,
    notes: [{ at: model.at, text: "the model is defined here" }],
    fix: `give it these: ${own}`,
  });
}
