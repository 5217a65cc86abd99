// Writes checked modules as Verilog-2005 a person could have written: the names, the comments and the source lines of
// the author, and no name of the writer's own (`clk`, `rst` and `unused` are said in the documentation).
import type { Bits } from "../language/bits.ts";
import { isClocked, isReset, type Clock } from "../language/clock.ts";
import type { Design, Instance, Property } from "../language/design.ts";
import { HdlError } from "../language/error.ts";
import type { Signal } from "../language/signal.ts";
import { parametersText, pinName, standInText } from "./black-box.ts";
import { expressionText, literal, nameText, pinText, type UsedNames } from "./expression.ts";
import { edgeText, writeMemoryDeclaration, writeMemoryPorts } from "./memory.ts";
import { hasKnownCondition, prune, schedule, type Block, type Schedule } from "./schedule.ts";
import { asExpression, writeLine, writeStatements, type Writer } from "./statement.ts";

/** Verilator wants a file for each module; here one file holds a hierarchy. */
const FIRST_LINES = "/* verilator lint_off DECLFILENAME */\n`default_nettype none\n";

/** The module and, before it, every module it is made of. */
export function verilog(top: Design): string {
  const texts = [...hierarchy(top).values()].map(({ text }) => text).filter((text) => text !== "");
  return [FIRST_LINES, ...texts, "`default_nettype wire\n"].join("\n");
}

/** Modules by name, those that are instantiated before those that do so. Equal modules of one name are one module. */
function hierarchy(top: Design): ReadonlyMap<string, { readonly design: Design; readonly text: string }> {
  const found = new Map<string, { design: Design; text: string }>();
  const visited = new Set<Design>();
  const visit = (design: Design): void => {
    if (visited.has(design)) return;
    visited.add(design);
    for (const instance of design.instances) visit(instance.of);
    const model = design.blackBox?.model;
    if (model !== undefined) visit(model);
    const text = design.blackBox === undefined ? moduleText(design) : standInText(design);
    const before = found.get(design.name);
    if (before === undefined) found.set(design.name, { design, text });
    else if (before.text !== text) throw duplicate(before.design, design);
  };
  visit(top);
  return found;
}

function duplicate(first: Design, second: Design): HdlError {
  return new HdlError({
    code: "duplicate-module",
    summary: `two different modules are both named "${second.name}"`,
    at: second.at,
    notes: [{ at: first.at, text: "the other one is defined here" }],
    fix: "put what sets them apart, such as a parameter, into the name",
  });
}

function moduleText(design: Design): string {
  const plan = schedule(design);
  const inner: Writer = { lines: [], used: new Map() };
  const procedural = new Set([
    ...plan.blocks.filter((block) => !hasKnownCondition(block.body)).flatMap((block) => block.targets),
    ...design.signals.filter((s) => (s.kind === "register" && s.free === undefined) || s.kind === "read"),
  ]);

  writeSignals(design, procedural, inner);
  for (const instance of design.instances) writeInstance(instance, inner);
  writePlan(part(plan, (s) => !s.ghost), inner);
  for (const memory of design.memories) writeMemoryPorts(memory, inner);
  writeFormal(design, part(plan, (s) => s.ghost && s.free === undefined), procedural, inner);
  writeUnused(design, inner);
  return [
    ...header(design, procedural),
    ...localparams(inner.used),
    ...inner.lines.slice(inner.lines[0] === "" ? 1 : 0),
    "endmodule",
    "",
  ].join("\n");
}

function header(design: Design, procedural: ReadonlySet<Signal>): string[] {
  const doc = design.doc === "" ? [] : design.doc.split("\n").map((line) => `// ${line.trim()}`.trimEnd());
  const implicit = [
    ...(design.clocked ? ["clk"] : []),
    ...(design.resettable ? ["rst"] : []),
    ...design.clocks.flatMap((c) => [c.clockWire, ...(isReset(design, c) ? [c.resetWire] : [])]),
  ];
  const own = design.signals.filter((s) => s.kind === "input" || s.kind === "output");
  const column = Math.max(0, ...own.map((s) => range(s.width).length));
  const ports = [
    ...implicit.map((name) => ({ text: `  input  wire ${"".padEnd(column)}${name}`, note: "" })),
    ...own.map((s) => ({ text: `  ${s.kind.padEnd(6)} ${declaration(s, procedural, column)}`, note: note(s, "") })),
  ];
  const lines = ports.map(({ text, note: n }, i) => `${text}${i < ports.length - 1 ? "," : ""}${n}`);
  return [...doc, `// ${design.at.text}`, `module ${design.name} (`, ...lines, ");"];
}

function localparams(used: UsedNames): string[] {
  const all = [...used].map(([name, { of, value }]) => ({ name, of, value }));
  const order = [...new Set(all.map(({ of }) => of))];
  const sorted = all.toSorted((a, b) => order.indexOf(a.of) - order.indexOf(b.of) || Number(a.value - b.value));
  return sorted.map(({ name, of, value }) => `  localparam ${range(of.width)}${name} = ${literal(value, of.width)};`);
}

function writeSignals(design: Design, procedural: ReadonlySet<Signal>, to: Writer): void {
  for (const s of design.signals) {
    if (s.kind === "input" || s.kind === "output" || s.kind === "instance" || s.ghost) continue;
    to.lines.push(`  ${declaration(s, procedural)};${note(s, s.at.text)}`);
  }
  for (const memory of design.memories) writeMemoryDeclaration(memory, to);
}

function writeInstance({ label, of, inputs, outputs, clock, clocks, at }: Instance, to: Writer): void {
  const pins: [string, string][] = [
    ...(of.clocked ? [["clk", clock.clockWire] as [string, string]] : []),
    ...(of.resettable ? [["rst", resetPin(clock, of.clock)] as [string, string]] : []),
    ...of.clocks.flatMap((port): [string, string][] => {
      const given = clocks.get(port.label) ?? clock;
      return [[port.clockWire, given.clockWire], ...(isReset(of, port) ? [[port.resetWire, resetPin(given, port)] as [string, string]] : [])];
    }),
    ...[...inputs].map(([name, value]): [string, string] => [name, pinText(value, to.used)]),
    ...[...outputs].map(([name, signal]): [string, string] => [name, signal.label]),
  ];
  to.lines.push("");
  for (const signal of outputs.values()) to.lines.push(`  wire ${range(signal.width)}${signal.label};`);
  to.lines.push(`  ${of.name} ${parametersText(of.blackBox)}${label} (  // ${at.text}`);
  to.lines.push(pins.map(([port, value]) => `    .${pinName(of, port)}(${value})`).join(",\n"), "  );");
}

/** The reset of a clock, as an instance's clock port wants it. */
function resetPin(given: Clock, wanted: Clock): string {
  return given.shape.reset.active === wanted.shape.reset.active ? given.resetWire : `~${given.resetWire}`;
}

/** The nets and registers of a plan. */
function writePlan(plan: Schedule, to: Writer): void {
  const asAssigns = plan.blocks.filter((block) => hasKnownCondition(block.body));
  writeAssigns(plan, asAssigns, to);
  for (const block of plan.blocks.filter((b) => !asAssigns.includes(b))) {
    to.lines.push("", "  always @* begin");
    writeStatements(block.body, "=", "    ", to);
    to.lines.push("  end");
  }
  for (const block of plan.registers) writeRegisters(block, to);
}

/** What concerns the wanted signals, and nothing else. */
function part(plan: Schedule, wanted: (signal: Signal) => boolean): Schedule {
  const blocks = (all: readonly Block[]): Block[] =>
    all.flatMap((block) => {
      const targets = block.targets.filter(wanted);
      return targets.length === 0 ? [] : [{ targets, body: only(block, targets) }];
    });
  return {
    plain: plan.plain.filter(({ target }) => wanted(target)),
    blocks: blocks(plan.blocks),
    registers: blocks(plan.registers),
  };
}

function writeAssigns({ plain }: Schedule, asAssigns: readonly Block[], to: Writer): void {
  const text = (value: Bits): string => expressionText(value, to.used);
  if (plain.length + asAssigns.length > 0) to.lines.push("");
  for (const { target, value, at } of plain) writeLine(`  assign ${target.label} = ${text(value)};`, at.text, to);
  for (const { targets, body } of asAssigns) {
    for (const t of targets) writeLine(`  assign ${t.label} = ${text(asExpression(body, t))};`, t.at.text, to);
  }
}

/** Each clock has processes of its own; and registers without reset, so that reset is no enable of theirs. */
function writeRegisters(block: Block, to: Writer): void {
  for (const clock of new Set(block.targets.map((t) => t.clock))) {
    const targets = block.targets.filter((t) => t.clock === clock);
    const withReset = targets.filter((t) => t.reset !== undefined);
    const without = targets.filter((t) => t.reset === undefined);
    if (clock === undefined) continue;
    if (withReset.length > 0) {
      const { kind, active } = clock.shape.reset;
      const too = kind === "asynchronous" ? ` or ${active === "high" ? "posedge" : "negedge"} ${clock.resetWire}` : "";
      to.lines.push("", `  always @(${edgeText(clock)}${too}) begin`, `    if (${resetCondition(clock)}) begin`);
      for (const t of withReset) to.lines.push(`      ${t.label} <= ${resetText(t, to.used)};`);
      to.lines.push("    end else begin");
      writeStatements(only(block, withReset), "<=", "      ", to);
      to.lines.push("    end", "  end");
    }
    if (without.length > 0) {
      to.lines.push("", `  always @(${edgeText(clock)}) begin`);
      writeStatements(only(block, without), "<=", "    ", to);
      to.lines.push("  end");
    }
  }
}

const resetCondition = (clock: Clock): string => (clock.shape.reset.active === "low" ? "!" : "") + clock.resetWire;

function only(block: Block, wanted: readonly Signal[]): Block["body"] {
  return wanted.length === block.targets.length ? block.body : prune(block.body, new Set(wanted));
}

function resetText(register: Signal, used: UsedNames): string {
  const reset = register.reset ?? 0n;
  const name = register.enumeration?.names[Number(reset)];
  return register.enumeration !== undefined && name !== undefined
    ? nameText(register.enumeration, name, used)
    : literal(reset, register.width);
}

/** Ghosts and properties: what provers see and synthesis does not. */
function writeFormal(design: Design, plan: Schedule, procedural: ReadonlySet<Signal>, to: Writer): void {
  const ghosts = design.signals.filter((s) => s.ghost);
  if (design.properties.length + ghosts.length === 0) return;
  const formal: Writer = { lines: [], used: new Map() };
  writePlan(plan, formal);
  writeProperties(design, formal);
  to.lines.push("", "`ifdef FORMAL", ...localparams(new Map([...formal.used].filter(([name]) => !to.used.has(name)))));
  for (const s of ghosts) {
    const value = s.free === undefined ? "" : s.free === "constant" ? " = $anyconst" : " = $anyseq";
    to.lines.push(`  ${declaration(s, procedural)}${value};${note(s, s.at.text)}`);
  }
  to.lines.push(...formal.lines.slice(ghosts.length === 0 && formal.lines[0] === "" ? 1 : 0), "`endif");
}

function writeProperties(design: Design, to: Writer): void {
  const { properties } = design;
  for (const clock of new Set(properties.map((property) => property.clock))) {
    const reset = clock.resetBy !== undefined || isReset(design, clock) ? clock.shape.reset.active === "low" ? ` if (${clock.resetWire})` : ` if (!${clock.resetWire})` : "";
    to.lines.push("", `  always ${isClocked(design, clock.domain) ? `@(${edgeText(clock)})${reset}` : "@*"} begin`);
    for (const property of properties) {
      if (property.clock === clock) to.lines.push(`    ${propertyText(property, to.used)}  // ${property.at.text}`);
    }
    to.lines.push("  end");
  }
}

function propertyText({ kind, name, condition, under }: Property, used: UsedNames): string {
  const [first, ...rest] = under.map((value) => value.as(1));
  const guard = first === undefined ? "" : `if (${expressionText(first.and(...rest), used)}) `;
  return `${guard}${name}: ${kind} (${expressionText(condition, used)});`;
}

/** Verilator's way to say that something is not read on purpose. */
function writeUnused(design: Design, to: Writer): void {
  const values = [...implicitUnused(design), ...design.unused.map((value) => expressionText(value, to.used))];
  if (values.length === 0) return;
  to.lines.push("", `  wire unused = &{1'b0, ${values.join(", ")}};`);
}

/** The clocks and resets of a module in which only ghosts have state. */
function implicitUnused(design: Design): string[] {
  const real = { ...design, signals: design.signals.filter((s) => !s.ghost) };
  return [
    ...(design.clocked && !isClocked(real, design.clock) ? ["clk"] : []),
    ...(design.resettable && !isReset(real, design.clock) ? ["rst"] : []),
    ...design.clocks.filter((c) => !isClocked(real, c)).map((c) => c.clockWire),
  ];
}

function declaration(s: Signal, procedural: ReadonlySet<Signal>, column = 0): string {
  return `${procedural.has(s) ? "reg " : "wire"} ${range(s.width).padEnd(column)}${s.label}`;
}
const range = (width: number): string => (width === 1 ? "" : `[${width - 1}:0] `);
function note(s: Signal, otherwise: string): string {
  const text = s.doc === "" ? otherwise : s.doc.replaceAll(/\s+/g, " ");
  return text === "" ? "" : `  // ${text}`;
}
