// The manual's pages about registers and addresses, in Markdown, from the descriptions that the hardware is made of.
// `npx tsx soc/register-pages.ts` writes them to docs/registers/; a test fails while they are out of date.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { clock_hz, uartBaudAtDivisorOne } from "./clock.ts";
import { hex, peripherals } from "./headers.ts";
import {
  firstLineVector, firstOutsideLine, interruptLineCount, interruptLines, ioMap, memoryMap, type PortRange, type Region,
} from "./memory-map.ts";
import {
  ioApicTimerLine, lowRom, pcIoMap, pcLines, pcMemoryMap, pcRamBytes, vgaHole,
} from "./pc/memory-map.ts";
import type { Field, Peripheral, Register } from "./registers.ts";

/** The text of every page, by file name. */
export function registerPages(): Readonly<Record<string, string>> {
  const pages: Record<string, string> = { "memory-map.md": memoryMapPage(), "pc-memory-map.md": pcMemoryMapPage() };
  for (const peripheral of peripherals) pages[`${peripheral.name}.md`] = peripheralPage(peripheral);
  return pages;
}

const generatedFrom = (source: string): string =>
  `<!-- Generated from ${source} by npx tsx soc/register-pages.ts: change it there. -->`;

function peripheralPage(peripheral: Peripheral): string {
  const registers = Object.entries(peripheral.registers);
  return [
    generatedFrom(peripheral.source),
    `# \`${peripheral.name}\``,
    "",
    peripheral.doc,
    `Names: ${peripheral.manual}.`,
    "",
    "| offset | register | access | after reset | |",
    "| --- | --- | --- | --- | --- |",
    ...registers.map(([name, register]) => registerRow(name, register, peripheral.width)),
    "",
    "ro: read only, writes are ignored; wo: write only; rw: both.",
    ...registers.flatMap(([name, register]) => fieldTable(name, register)),
    "",
  ].join("\n");
}

function registerRow(name: string, register: Register, width: number): string {
  const { offset, stride = 0, count, access, reset = 0, doc, when } = register;
  const place = count === undefined ? hex(offset, 3) : `${hex(offset, 3)} + ${hex(stride)} n, n < ${count}`;
  const condition = when === undefined ? "" : ` (${when})`;
  return `| ${place} | ${name} | ${access} | ${access === "wo" ? "" : hex(reset, width / 4)} | ${doc}${condition} |`;
}

function fieldTable(name: string, register: Register): string[] {
  const fields = Object.entries(register.fields).toSorted(([, a], [, b]) => b.lsb - a.lsb);
  if (fields.length === 0) return [];
  return ["", `## ${name}: ${register.doc}`, "", "| bits | field | |", "| --- | --- | --- |", ...fields.map(fieldRow)];
}

function fieldRow([name, field]: readonly [string, Field]): string {
  const place = field.width === 1 ? `${field.lsb}` : `${field.lsb + field.width - 1}:${field.lsb}`;
  const values = Object.entries(field.values ?? {}).map(([value, code]) => `${hex(code, 1)} ${value}`);
  return `| ${place} | ${name} | ${[field.doc, ...(values.length > 0 ? [values.join(", ")] : [])].join(": ")} |`;
}

function memoryMapPage(): string {
  return [
    generatedFrom("soc/memory-map.ts and soc/clock.ts"),
    "# Addresses, interrupts, time",
    "",
    ...placeTables(memoryMap, ioMap),
    "## Interrupt lines",
    "",
    `Lines 0 to ${interruptLineCount - 1} are levels; line n requests vector ${hex(firstLineVector)} + n of the local`,
    `APIC, if the interrupt router has nothing else to do with it. Lines from ${firstOutsideLine} on come from outside.`,
    "",
    "| line | vector | device |",
    "| --- | --- | --- |",
    ...Object.entries(interruptLines).map(([name, line]) => `| ${line} | ${hex(firstLineVector + line)} | ${name} |`),
    "",
    "## Time",
    "",
    `One clock of ${clock_hz / 1e6} MHz runs the core, the local APIC's timer and the baud generator.`,
    `The UART's divisor d gives ${uartBaudAtDivisorOne()} / d baud. A machine built for a board has that board's clock, and this`,
    `rate in proportion: see [fpga.md](../fpga.md).`,
    "",
  ].join("\n");
}

function pcMemoryMapPage(): string {
  const map = pcMemoryMap(pcRamBytes.usual);
  return [
    generatedFrom("soc/pc/memory-map.ts"),
    "# The PC's addresses and interrupts",
    "",
    `With ${pcRamBytes.usual / 2 ** 20} MB of RAM; there can be ${pcRamBytes.min / 2 ** 20} to ${pcRamBytes.max / 2 ** 20}.`,
    "",
    ...placeTables(map, pcIoMap),
    `From ${hex(vgaHole.base)} to ${hex(vgaHole.base + vgaHole.size - 1)} there is no RAM, from ${hex(lowRom.base)} to`,
    `${hex(lowRom.base + lowRom.size - 1)} the ROM once more.`,
    "",
    "## Interrupt lines",
    "",
    "| line | device |",
    "| --- | --- |",
    ...Object.entries(pcLines).map(([name, line]) => `| ${line} | ${name} |`),
    "",
    `The I/O APIC has them under the same numbers, but the timer's at ${ioApicTimerLine}.`,
    "",
  ].join("\n");
}

function placeTables(
  regions: Readonly<Record<string, Region>>, portRanges: Readonly<Record<string, PortRange>>,
): string[] {
  return [
    "## Physical memory",
    "",
    "| from | to | size | region | |",
    "| --- | --- | --- | --- | --- |",
    ...Object.entries(regions).map(([name, { base, size, kind, doc }]) =>
      `| ${hex(base, 8)} | ${hex(base + size - 1, 8)} | ${size / 1024} KB | ${name} (${kind}) | ${doc} |`),
    "",
    "Everywhere else reads give all ones and writes are lost.",
    "",
    "## I/O ports",
    "",
    "| from | to | device | |",
    "| --- | --- | --- | --- |",
    ...Object.entries(portRanges).map(([name, { base, size, doc }]) =>
      `| ${hex(base, 3)} | ${hex(base + size - 1, 3)} | ${name} | ${doc} |`),
    "",
    "Everywhere else reads give all ones and writes are lost.",
    "",
  ];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = join("docs", "registers");
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(registerPages())) writeFileSync(join(folder, name), text);
}
