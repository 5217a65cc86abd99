// Register maps: the same description as bus logic, C header, page and debugger's names.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { attach, cHeader, describeWord, field, HdlError, input, markdown, module, output, registerMap, registerSymbols, simulate, verilog, type Simulation } from "../index.ts";

const map = registerMap("timer", "A periodic timer.", {
  control: {
    enable: field("rw", 1, "count while set"),
    restart: field("wo", 1, "start again from 0"),
    mode: field("rw", 2, "what happens at the end", { lsb: 8, reset: 1, values: { stop: 0, repeat: 1 } }),
  },
  limit: { cycles: field("rw", 16, "cycles in a period, less one", { reset: 0xffff }) },
  status: {
    expired: field("w1c", 1, "a period has ended"),
    request: field("w1s", 1, "asks for an extra period"),
    missed: field("rc", 4, "periods nobody noticed, a bit each"),
  },
  count: { now: field("ro", 16, "cycles into this period") },
});

const timer = module("timer", "A timer on a bus.", {
  bus: { select: input(1), write: input(1), address: input(4), wdata: input(32), rdata: output(32) },
  hardware: { expire: input(1), miss: input(4), serve: input(1), now: input(16) },
  seen: { enable: output(1), restart: output(1), mode: output(2), limit: output(16), expired: output(1), request: output(1) },
}, (m, io) => {
  const { fields: { control, limit, status, count }, rdata } = attach(m, map, io.bus);
  status.expired.set.value = io.hardware.expire;
  status.missed.set.value = io.hardware.miss;
  status.request.clear.value = io.hardware.serve;
  count.now.value = io.hardware.now;
  m.drive(io.seen, {
    enable: control.enable, restart: control.restart, mode: control.mode,
    limit: limit.cycles, expired: status.expired.now, request: status.request.now,
  });
  io.bus.rdata.value = rdata;
});

const CONTROL = 0;
const LIMIT = 4;
const STATUS = 8;
const COUNT = 12;

function start(): { s: Simulation<typeof timer.ports>; write: (address: number, word: number) => void; read: (address: number) => number } {
  const s = simulate(timer).reset();
  const access = (address: number, write: number, word: number): number => {
    s.io.bus.select = 1;
    s.io.bus.write = write;
    s.io.bus.address = address;
    s.io.bus.wdata = word;
    const read = s.io.bus.rdata;
    s.step();
    s.io.bus.select = 0;
    return read;
  };
  return { s, write: (address, word) => void access(address, 1, word), read: (address) => access(address, 0, 0) };
}

const code = (f: () => unknown): string => {
  try {
    f();
  } catch (error) {
    return error instanceof HdlError ? error.code : "another error";
  }
  return "no error";
};

const test = suite("register maps");

test("rw fields hold what is written, from their reset value on", () => {
  const { s, write, read } = start();
  assert.equal([read(CONTROL), read(LIMIT)], [0x100, 0xffff]);
  write(CONTROL, 0x301);
  write(LIMIT, 0x1234);
  assert.equal([read(CONTROL), read(LIMIT), s.io.seen.mode, s.io.seen.limit], [0x301, 0x1234, 3, 0x1234]);
});

test("a wo field lasts for the cycle of the write, and reads as 0", () => {
  const { s, read } = start();
  s.io.bus.select = 1;
  s.io.bus.write = 1;
  s.io.bus.wdata = 2;
  assert.is(s.io.seen.restart, 1);
  s.step();
  s.io.bus.select = 0;
  assert.is(s.io.seen.restart, 0);
  assert.is(read(CONTROL) & 2, 0);
});

test("a w1c field is set by hardware and cleared by writing 1; setting wins", () => {
  const { s, write, read } = start();
  s.io.hardware.expire = 1;
  s.step();
  s.io.hardware.expire = 0;
  assert.is(read(STATUS), 1);
  write(STATUS, 0);
  assert.is(read(STATUS), 1, "writing 0 does nothing");
  s.io.hardware.expire = 1;
  write(STATUS, 1);
  s.io.hardware.expire = 0;
  assert.is(read(STATUS), 1, "hardware set it in the cycle of the write");
  write(STATUS, 1);
  assert.is(read(STATUS), 0);
});

test("a w1s field is set by writing 1 and cleared by hardware", () => {
  const { s, write, read } = start();
  write(STATUS, 2);
  assert.equal([read(STATUS), s.io.seen.request], [2, 1]);
  s.io.hardware.serve = 1;
  s.step();
  assert.is(s.io.seen.request, 0);
});

test("an rc field is cleared by the read that sees it", () => {
  const { s, read } = start();
  s.io.hardware.miss = 0b1010;
  s.step();
  s.io.hardware.miss = 0;
  assert.is(read(STATUS), 0b1010 << 2);
  assert.is(read(STATUS), 0);
});

test("an ro field reads what hardware drives, and takes no writes", () => {
  const { s, write, read } = start();
  s.io.hardware.now = 77;
  write(COUNT, 5);
  assert.is(read(COUNT), 77);
});

test("the bus logic lints clean", () => {
  const folder = join("build", "hdl-registers");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "timer.v");
  writeFileSync(file, verilog(timer));
  assert.not.throws(() => execFileSync("verilator", ["--lint-only", "-Wall", file], { stdio: "pipe" }));
});

test("the C header has offsets, masks and names of values", () => {
  assert.snapshot(cHeader(registerMap("gate", "A gate.", {
    control: { open: field("rw", 1, "let through"), speed: field("rw", 3, "how fast", { lsb: 4, values: { slow: 1, fast: 5 } }) },
    passed: { count: field("ro", 32, "how many have passed") },
  })), `/* A gate. */
#ifndef GATE_H
#define GATE_H

#include <stdint.h>

typedef struct {
    volatile uint32_t control;
    volatile uint32_t passed;
} gate_registers;

#define GATE_SIZE 8u

#define GATE_CONTROL_OFFSET 0x0u
/* rw: let through */
#define GATE_CONTROL_OPEN_SHIFT 0u
#define GATE_CONTROL_OPEN_MASK 0x1u
/* rw: how fast */
#define GATE_CONTROL_SPEED_SHIFT 4u
#define GATE_CONTROL_SPEED_MASK 0x70u
#define GATE_CONTROL_SPEED_SLOW 1u
#define GATE_CONTROL_SPEED_FAST 5u

#define GATE_PASSED_OFFSET 0x4u
/* ro: how many have passed */
#define GATE_PASSED_COUNT_SHIFT 0u
#define GATE_PASSED_COUNT_MASK 0xffffffffu

#endif /* GATE_H */
`);
});

test("the page has a picture of each register", () => {
  assert.match(markdown(map), `
## \`control\` at 0x00

\`\`\`text
  31 10   9  8   7 2      1        0
+-------+------+-----+---------+--------+
|   0   | mode |  0  | restart | enable |
+-------+------+-----+---------+--------+
\`\`\`

| bits | field | access | after reset | meaning |
| --- | --- | --- | --- | --- |
| 9:8 | \`mode\` | read and write | 1 | what happens at the end: 0 = \`stop\`, 1 = \`repeat\` |
`);
});

test("a debugger can name every bit", () => {
  const [enable] = registerSymbols(map);
  assert.equal(enable, { name: "timer.control.enable", offset: 0, lsb: 0, width: 1, access: "rw", values: {} });
  assert.is(describeWord(map, "control", 0x101), "mode=repeat restart=0 enable=1");
});

test("fields that share bits, or do not fit, are refused", () => {
  assert.is(code(() => registerMap("m", "", { r: { a: field("rw", 8, ""), b: field("rw", 8, "", { lsb: 7 }) } })), "register-map");
  assert.is(code(() => registerMap("m", "", { r: { a: field("rw", 2, "", { reset: 4 }) } })), "register-map");
  assert.is(code(() => registerMap("m", "", { r: {} })), "register-map");
  assert.is(code(() => registerMap("m", "", {})), "register-map");
});

test.run();
