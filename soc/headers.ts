// C headers, one per peripheral and one for the memory map: the only way in which C and assembly know the hardware.
// Constants are plain hexadecimal, without suffix, so that the assembler's preprocessor can use them too.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { clock_hz, uartBaudAtDivisorOne } from "./clock.ts";
import { contexts } from "./contexts/registers.ts";
import { pic8259 } from "./interrupts/8259-registers.ts";
import { fullLocalApic } from "./interrupts/full-local-apic-registers.ts";
import { ioApic } from "./interrupts/io-apic-registers.ts";
import { localApic } from "./interrupts/registers.ts";
import { interruptRouter } from "./interrupts/router-registers.ts";
import { mailbox } from "./mailbox/registers.ts";
import {
  firstLineVector, firstOutsideLine, interruptLineCount, interruptLines, ioMap, memoryMap,
} from "./memory-map.ts";
import { mpu } from "./mpu/registers.ts";
import { cmos, debugPorts, systemControl } from "./pc/registers.ts";
import { mask, type Peripheral, type Register } from "./registers.ts";
import { scheduler, taskScheduler } from "./scheduler/registers.ts";
import { pit8254 } from "./timer/registers.ts";
import { trace } from "./trace/registers.ts";
import { uart16550 } from "./uart/registers.ts";

/** Everything with a register map, for whoever generates something for each. */
export const peripherals: readonly Peripheral[] = [
  uart16550, localApic, scheduler, taskScheduler, contexts, trace, mailbox, interruptRouter, mpu,
  // Only in the PC:
  pic8259, pit8254, fullLocalApic, ioApic, systemControl, cmos, debugPorts,
];

/** The text of every header, by file name, for a machine with that clock. */
export function headers(machine_hz = clock_hz): Readonly<Record<string, string>> {
  const files: Record<string, string> = { "memory_map.h": memoryMapHeader(machine_hz) };
  for (const peripheral of peripherals) files[`${peripheral.name}.h`] = peripheralHeader(peripheral);
  return files;
}

/** Writes the headers into `directory`; a file that would not change is left alone, so nothing is recompiled. */
export function writeHeaders(directory: string, machine_hz = clock_hz): void {
  mkdirSync(directory, { recursive: true });
  for (const [name, text] of Object.entries(headers(machine_hz))) {
    const path = join(directory, name);
    if (textOf(path) !== text) writeFileSync(path, text);
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

export function peripheralHeader(peripheral: Peripheral): string {
  const prefix = upper(peripheral.name);
  const lines = [`/* ${peripheral.doc}`, `   Names: ${peripheral.manual}. */`];
  for (const [name, register] of Object.entries(peripheral.registers)) {
    lines.push("", ...registerLines(`${prefix}_${name}`, register, peripheral.width));
  }
  return guarded(peripheral.name, peripheral.source, lines);
}

function registerLines(name: string, register: Register, width: number): string[] {
  const where = register.when === undefined ? "" : `, ${register.when}`;
  const place = register.count === undefined
    ? define(name, hex(register.offset, 3))
    : define(`${name}(n)`, `(${hex(register.offset, 3)} + ${hex(register.stride ?? 0)} * (n))`);
  const lines = [`/* ${register.access}${where}: ${register.doc} */`, place];
  for (const [fieldName, field] of Object.entries(register.fields)) {
    if (field.width === width) continue;
    const full = `${name}_${fieldName}`;
    if (field.width === 1) {
      lines.push(define(full, hex(mask(field)), field.doc));
      continue;
    }
    lines.push(define(`${full}_MASK`, hex(mask(field)), field.doc), define(`${full}_SHIFT`, `${field.lsb}`));
    for (const [value, code] of Object.entries(field.values ?? {})) {
      lines.push(define(`${full}_${value}`, hex(BigInt(code) << BigInt(field.lsb))));
    }
  }
  return lines;
}

function memoryMapHeader(machine_hz: number): string {
  const lines = ["/* Physical memory: base and size in bytes. */"];
  for (const [name, region] of Object.entries(memoryMap)) {
    lines.push(define(`${upper(name)}_BASE`, hex(region.base, 8), region.doc));
    lines.push(define(`${upper(name)}_SIZE`, hex(region.size)));
  }
  lines.push("", "/* I/O ports: base and number of ports. */");
  for (const [name, range] of Object.entries(ioMap)) {
    lines.push(define(`${upper(name)}_PORT_BASE`, hex(range.base), range.doc));
    lines.push(define(`${upper(name)}_PORT_COUNT`, hex(range.size)));
  }
  lines.push("", "/* Interrupt lines; line n requests vector INTERRUPT_VECTOR_BASE + n. */");
  lines.push(define("INTERRUPT_VECTOR_BASE", hex(firstLineVector)));
  lines.push(define("INTERRUPT_LINE_COUNT", `${interruptLineCount}`));
  lines.push(define("FIRST_OUTSIDE_LINE", `${firstOutsideLine}`, "the lines from here on come from outside"));
  for (const [name, line] of Object.entries(interruptLines)) {
    lines.push(define(`${upper(name)}_INTERRUPT_LINE`, `${line}`));
    lines.push(define(`${upper(name)}_INTERRUPT_VECTOR`, hex(firstLineVector + line)));
  }
  lines.push("", "/* Time. */");
  lines.push(define("CLOCK_HZ", `${machine_hz}`, "CPU and APIC timer"));
  lines.push(define("UART_BAUD_AT_DIVISOR_ONE", `${uartBaudAtDivisorOne(machine_hz)}`, "divisor d gives this divided by d"));
  return guarded("memory_map", "soc/memory-map.ts and soc/clock.ts", lines);
}

function guarded(name: string, source: string, lines: readonly string[]): string {
  const guard = `${upper(name)}_H`;
  const head = `/* Generated from ${source} by soc/headers.ts: change it there. */`;
  return [head, `#ifndef ${guard}`, `#define ${guard}`, "", ...lines, "", "#endif", ""].join("\n");
}

const define = (name: string, value: string, doc?: string): string =>
  `#define ${name.padEnd(38)} ${value}`.trimEnd() + (doc === undefined ? "" : `  /* ${doc} */`);

export const hex = (value: number | bigint, digits = 2): string => `0x${value.toString(16).padStart(digits, "0")}`;

/** bootRom → BOOT_ROM */
const upper = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
