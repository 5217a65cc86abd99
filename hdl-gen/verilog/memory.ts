// Memories as Verilog, in the forms that synthesis knows as block RAM and distributed RAM.
import type { Bits } from "../language/bits.ts";
import type { Clock } from "../language/clock.ts";
import type { Memory, MemoryWrite } from "../language/memory.ts";
import type { Site } from "../language/site.ts";
import { addressText, expressionText, literal } from "./expression.ts";
import type { Writer } from "./statement.ts";

export const edgeText = ({ shape, clockWire }: Clock): string =>
  `${shape.edge === "rising" ? "posedge" : "negedge"} ${clockWire}`;

interface Access {
  readonly enable: Bits;
  readonly clock: Clock;
  readonly at: Site;
}

export function writeMemoryDeclaration(memory: Memory, to: Writer): void {
  const { label, width, depth, init, doc, collisions, at } = memory;
  const range = width === 1 ? "" : `[${width - 1}:0] `;
  const attribute = collisions === "undefined" ? "(* no_rw_check *) " : "";
  to.lines.push(`  ${attribute}reg  ${range}${label} [0:${depth - 1}];  // ${doc === "" ? at.text : doc}`);
  if (!isWords(init)) {
    to.lines.push(`  initial $readmemh("${init.file}", ${label});`);
  } else if (init.length > 0) {
    const words = init.map((word, i) => `    ${label}[${i}] = ${literal(word, width)};`);
    to.lines.push("  initial begin", ...words, "  end");
  }
}

export function writeMemoryPorts(memory: Memory, to: Writer): void {
  const text = (value: Bits): string => expressionText(value, to.used);
  const block = ({ enable, clock, at }: Access, lines: readonly string[]): void => {
    const always = enable.node.op === "const" && enable.node.value === 1n;
    to.lines.push("", `  always @(${edgeText(clock)}) ${always ? "" : `if (${text(enable)}) `}begin  // ${at.text}`);
    to.lines.push(...lines.map((line) => `    ${line}`), "  end");
  };
  for (const read of memory.reads) {
    block(read, [`${read.target.label} <= ${memory.label}[${addressText(read.address, to.used)}];`]);
  }
  for (const write of memory.writes) block(write, writeLines(memory, write, text, to));
  for (const port of memory.ports) {
    const lines = writeLines(memory, port, text, to).map((line) => `  ${line}`);
    const read = `${port.target.label} <= ${memory.label}[${addressText(port.address, to.used)}];`;
    block(port, [`if (${text(port.write)}) begin`, ...lines, "end", read]);
  }
}

function writeLines(
  memory: Memory,
  { address, data, byteEnable }: MemoryWrite,
  text: (value: Bits) => string,
  to: Writer,
): string[] {
  const word = `${memory.label}[${addressText(address, to.used)}]`;
  if (byteEnable === undefined) return [`${word} <= ${text(data)};`];
  const part = memory.width / byteEnable.width;
  return Array.from({ length: byteEnable.width }, (_, i) => {
    const lo = i * part;
    const hi = lo + part - 1;
    const place = part === 1 ? `[${lo}]` : `[${hi}:${lo}]`;
    const whole = byteEnable.width === 1;
    return `if (${text(byteEnable.bit(i))}) ${word}${whole ? "" : place} <= ${text(data.slice(hi, lo))};`;
  });
}

function isWords(init: Memory["init"]): init is readonly bigint[] {
  return Array.isArray(init);
}
