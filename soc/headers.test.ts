import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { headers, peripheralHeader, peripherals, writeHeaders } from "./headers.ts";
import { memoryMap } from "./memory-map.ts";
import { registerPages } from "./register-pages.ts";
import { bit, bits, mask, peripheral, type Field } from "./registers.ts";
import { uart16550 } from "./uart/registers.ts";

const test = suite("headers and register pages");
const folder = join("build", "tests", "headers");

/** What gcc makes of expressions in the headers' macros. */
function evaluate(expressions: readonly string[]): number[] {
  const values = expressions.map((expression, i) => `const unsigned v${i} = ${expression};`);
  const includes = Object.keys(headers()).map((name) => `#include "${name}"`);
  const source = join(folder, "values.c");
  writeFileSync(source, [...includes, ...values, ""].join("\n"));
  const flags = ["-std=c11", "-Wall", "-Wextra", "-Werror", "-pedantic", `-I${folder}`, "-S", "-o", "-", source];
  const { status, stdout, stderr } = spawnSync("i686-linux-gnu-gcc", flags, { encoding: "utf8" });
  assert.is(status, 0, stderr);
  return expressions.map((_, i) => {
    const found = new RegExp(`^v${i}:\\n(?:\\s+\\.long\\s+(-?\\d+)|\\s+\\.zero\\s+4)$`, "m").exec(stdout);
    assert.ok(found, `v${i} in the assembler's text`);
    return Number(found?.[1] ?? 0) >>> 0;
  });
}

test("gcc reads every header, and the macros have the values of the descriptions", () => {
  mkdirSync(folder, { recursive: true });
  writeHeaders(folder);
  const expected: Record<string, number> = {
    LOCAL_APIC_BASE: memoryMap.localApic.base,
    BOOT_ROM_SIZE: memoryMap.bootRom.size,
    UART_INTERRUPT_VECTOR: 0x24,
    "LOCAL_APIC_IRR(7)": 0x270,
    UART16550_LCR_WLS_EIGHT: 3,
    UART16550_FCR_RX_TRIGGER_FOURTEEN: 0xc0,
    LOCAL_APIC_LVT_TIMER_PERIODIC: 0x20000,
    LOCAL_APIC_EOI: 0xb0,
  };
  for (const { name, registers } of peripherals) {
    for (const [register, { offset, count, fields }] of Object.entries(registers)) {
      const macro = `${name.toUpperCase()}_${register}`;
      expected[count === undefined ? macro : `${macro}(0)`] = offset;
      for (const [field, at] of Object.entries(fields)) {
        if (at.width === 1) expected[`${macro}_${field}`] = Number(mask(at));
      }
    }
  }
  assert.equal(evaluate(Object.keys(expected)), Object.values(expected));
});

const linesOf = (machine_hz?: number): string[] => Object.values(headers(machine_hz)).join("").split("\n");

test("the headers of a machine with another clock differ from the usual ones in that clock and the serial line's rate", () => {
  const usual = new Set(linesOf());
  const other = linesOf(12_500_000).filter((line) => !usual.has(line));
  assert.equal(other.map((line) => line.split(/\s+/, 3)), [
    ["#define", "CLOCK_HZ", "12500000"],
    ["#define", "UART_BAUD_AT_DIVISOR_ONE", "500000"],
  ]);
});

test("a header that would not change is not written again", () => {
  writeHeaders(folder);
  const path = join(folder, "memory_map.h");
  const before = statSync(path, { bigint: true }).mtimeNs;
  writeHeaders(folder);
  assert.is(statSync(path, { bigint: true }).mtimeNs, before);
});

test("the first line names the source", () => {
  const [first] = peripheralHeader(uart16550).split("\n");
  assert.is(first, "/* Generated from soc/uart/registers.ts by soc/headers.ts: change it there. */");
});

test("the pages in docs/registers are up to date (npx tsx soc/register-pages.ts)", () => {
  for (const [name, text] of Object.entries(registerPages())) {
    assert.is(readFileSync(join("docs", "registers", name), "utf8"), text, name);
  }
});

const described = { name: "toy", doc: "", manual: "", source: "", width: 8 } as const;

const registerWith = (fields: Readonly<Record<string, Field>>) => () =>
  peripheral({ ...described, registers: { A: { offset: 0, access: "rw", doc: "", fields } } });

test("a description with a field outside its register, or two in one place, is refused", () => {
  assert.throws(registerWith({ HIGH: bits(8, 4, "") }), "toy.A.HIGH ends above bit 7");
  assert.throws(registerWith({ LOW: bits(3, 0, ""), BIT: bit(3, "") }), "toy.A.BIT overlaps another field");
  assert.throws(registerWith({ TWO: bits(1, 0, "", { FIVE: 5 }) }), "toy.A.TWO: FIVE does not fit in 2 bits");
});

test("two registers that answer the same access are refused", () => {
  const a = { offset: 0, access: "rw", doc: "", fields: {} } as const;
  const refused = (b: object) => () => peripheral({ ...described, registers: { A: a, B: { ...a, ...b } } });
  assert.throws(refused({}), "toy: B and A answer the same access");
  assert.throws(refused({ access: "ro" }), "toy: B and A answer the same access");
  assert.not.throws(refused({ when: "A.BIT = 1" }));
});

test.run();
