// What is generated compiles, and what a task was not given does not.
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import pipeline from "../../docs/system/pipeline.ts";
import { writeSystemCalls } from "../../kernel/system-calls-in-c.ts";
import { compiler } from "../../kernel/toolchain.ts";
import { writeHeaders } from "../../soc/headers.ts";
import { defineProgram, defineSystem, khz, us } from "../index.ts";
import { layOut, type Image, type Placement } from "../layout.ts";
import { taskNamed, type System } from "../model.ts";
import { countsHeader, tablesInC } from "./tables.ts";
import { taskHeader } from "./task-header.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const folder = join(ROOT, "build/test/system");
const calls = writeSystemCalls(join(folder, "calls"));
const hardware = join(folder, "hardware");
writeHeaders(hardware);
const test = suite("generated C");

/** What the compiler says of a source; nothing if it is content. */
function compile(source: string, includes: readonly string[]): string {
  const { stderr } = spawnSync(compiler, [
    "-std=c11", "-ffreestanding", "-Wall", "-Wextra", "-Werror", "-m32", "-march=i386", "-O2", "-S", "-o", "/dev/null",
    ...includes.map((include) => `-I${include}`), source,
  ], { cwd: ROOT, encoding: "utf8", env: { ...process.env, LC_ALL: "C" } });
  return stderr;
}

interface Generated {
  readonly images: readonly Image[];
  readonly placement: Placement;
}

/** As if each program were of the same size. */
function generated(system: System): Generated {
  const images = system.tasks.flatMap((task) => task.programs.map((program) => (
    { task, program, sizes: { code: 300, constants: 40, data: 100 } }
  )));
  return { images, placement: layOut(system, images, 0x8000, 0xa000) };
}

/** The folder of a task's header. */
function headerOf(system: System, name: string): string {
  const task = taskNamed(system, name);
  const place = join(folder, system.name, name);
  mkdirSync(place, { recursive: true });
  for (const program of task.programs) {
    const text = taskHeader(system, task, program, generated(system).placement);
    writeFileSync(join(place, `${program.name}_system.h`), text);
  }
  return place;
}

function compileAs(system: System, task: string, body: string): string {
  const place = headerOf(system, task);
  const source = join(place, "try.c");
  const program = taskNamed(system, task).programs[0]?.name ?? "";
  writeFileSync(source, `#include "${program}_system.h"\n\nvoid try(void);\n\nvoid try(void) {\n  ${body}\n}\n`);
  return compile(source, [place, calls.include, "kernel/include", "kernel/freestanding", hardware]);
}

for (const { name, programs } of pipeline.system.tasks) {
  test(`the program of ${name} compiles with what it was given`, () => {
    const includes = [headerOf(pipeline.system, name), calls.include, "kernel/include", "kernel/freestanding"];
    for (const source of programs.flatMap(({ sources }) => sources)) assert.is(compile(source, includes), "");
  });
}

const refused: readonly { readonly task: string; readonly body: string; readonly because: string }[] = [
  { task: "sampler", body: "uint32_t sample[2]; samples_receive(0, sample);", because: "samples_receive" },
  { task: "sampler", body: "sampler_restart();", because: "sampler_restart" },
  { task: "filter", body: "samples_send(1, 2);", because: "samples_send" },
  { task: "keeper", body: "sampler_stop();", because: "sampler_stop" },
  { task: "keeper", body: "state_revoke();", because: "state_revoke" },
];
for (const { task, body, because } of refused) {
  test(`${task} cannot be compiled with ${because}, which it may not do`, () => {
    assert.match(compileAs(pipeline.system, task, body), `implicit declaration of function '${because}'`);
  });
}

test("who may only read a region cannot be compiled writing it", () => {
  const write = "volatile uint32_t *table = TABLE; *table = 1;";
  assert.match(compileAs(pipeline.system, "filter", write), "discards 'const' qualifier");
  assert.is(compileAs(pipeline.system, "keeper", write), "");
});

test("a message has as many words as its channel's", () => {
  assert.match(compileAs(pipeline.system, "sampler", "samples_send(1, 2, 3);"), "too many arguments");
});

const producer = defineProgram({
  name: "producer", sources: ["producer.c"],
  needs: {
    samples: { lane: ["send"] }, log: { log: ["write_log"] }, pulses: { channel: ["send"] }, orders: { lane: ["receive"] },
    bells: { channel: ["receive"] },
  },
});
const consumer = defineProgram({
  name: "consumer", sources: ["consumer.c"],
  needs: { samples: { lane: ["receive"] }, producer: { process: ["stop"] }, pulses: { channel: ["receive"] } },
});
const everything = defineSystem({
  name: "everything",
  machine: { cache: { bytes: 16384, ways: 1 }, overheads: { release: 1, switch: 2, call: 3, interrupt: 4, kernel: 5 } },
  partitions: { control: {}, comfort: {} },
  frame: [
    { partitions: ["control"], length: us(300) },
    { partitions: ["comfort"], length: us(200) },
  ],
  lanes: { samples: { slots: 16, slotBytes: 32 }, orders: { slots: 8, slotBytes: 16, guarded: true } },
  regions: { buffer: { bytes: 512, colours: [3] }, end: { bytes: 4096, at: 0x3f000 }, apic: { device: "localApic" } },
  channels: { bytes: { words: 1 }, pulses: { words: 2, direct: true }, bells: { words: 1, direct: true, guarded: true } },
  interrupts: { uart: { line: 4, to: { channel: "bytes" } } },
  tasks: {
    producer: {
      program: producer, partition: "control", policy: "edf", period: khz(1), deadline: us(900), wcet: us(20), ring: 1,
      given: {
        samples: { lane: "samples", rights: ["send"] }, log: { log: "log", rights: ["write_log"] },
        pulses: { channel: "pulses", rights: ["send"] }, orders: { lane: "orders", rights: ["receive"] },
        bells: { channel: "bells", rights: ["receive"] },
      },
      ports: ["uart"], onFault: "restart", colours: [1], spareSlots: 2,
    },
    consumer: {
      program: [consumer], partition: "control", policy: "rms", period: us(2000), wcet: us(20), ring: 1,
      given: {
        samples: { lane: "samples", rights: ["receive"] }, producer: { process: "producer", rights: ["stop"] },
        pulses: { channel: "pulses", rights: ["receive"] },
      },
    },
    driver: {
      program: defineProgram({
        name: "driver", sources: ["driver.c"],
        needs: { bytes: { channel: ["receive"] }, orders: { lane: ["send"] }, bells: { channel: ["send"] } },
      }),
      partition: "comfort", policy: "background",
      given: {
        bytes: { channel: "bytes", rights: ["receive"] }, orders: { lane: "orders", rights: ["send"] },
        bells: { channel: "bells", rights: ["send"] },
      },
    },
  },
});

test("a lane has a sender's end and a receiver's end", () => {
  const slot = "uint32_t slot[8] = {0}; if (";
  assert.is(compileAs(everything.system, "producer", `${slot}samples_send(slot)) log_log(1, 2, 3, 4);`), "");
  assert.is(compileAs(everything.system, "consumer", `${slot}samples_receive(slot)) producer_stop();`), "");
  assert.match(compileAs(everything.system, "consumer", `${slot}samples_send(slot)) {}`), "implicit declaration");
});

test("a direct channel has a sender's end and an end where messages are looked for, not waited for", () => {
  const words = "uint32_t words[2]; ";
  assert.is(compileAs(everything.system, "producer", "if (pulses_send(1, 2) < 0) log_log(1, 2, 3, 4);"), "");
  assert.is(compileAs(everything.system, "consumer", `${words}if (pulses_poll(words) < 0) producer_stop();`), "");
  for (const [task, body, because] of [
    ["producer", `${words}pulses_poll(words);`, "pulses_poll"], ["consumer", "pulses_send(1, 2);", "pulses_send"],
    ["consumer", `${words}pulses_receive(0, words);`, "pulses_receive"],
  ] as const) {
    assert.match(compileAs(everything.system, task, body), `implicit declaration of function '${because}'`);
  }
  assert.match(compileAs(everything.system, "producer", "pulses_send(1, 2, 3);"), "too many arguments");
});

test("what is guarded has the same functions, by the layer; who is trusted reaches it itself", () => {
  const [byLayer, itself] = ["driver", "producer"].map((name) => {
    const task = taskNamed(everything.system, name);
    const [program] = task.programs;
    if (program === undefined) throw new Error(`${name} has no program`);
    return taskHeader(everything.system, task, program, generated(everything.system).placement);
  });
  assert.is(byLayer?.match(/fast_layer_call\(\d/gu)?.join(" "), "fast_layer_call(0 fast_layer_call(1");
  assert.not.match(itself ?? "", "fast_layer_call");
  assert.is(compileAs(everything.system, "driver", "uint32_t order[4] = {0}; if (orders_send(order)) bells_send(1);"), "");
  assert.match(compileAs(everything.system, "driver", "uint32_t bell[1]; bells_poll(bell);"), "implicit declaration");
  const receive = "uint32_t order[4], bell[1]; if (orders_receive(order) && bells_poll(bell) >= 0) log_log(1, 2, 3, 4);";
  assert.is(compileAs(everything.system, "producer", receive), "");
});

for (const { system } of [pipeline, everything]) {
  test(`the tables of ${system.name} are what kernel/system_tables.h says`, () => {
    const { images, placement } = generated(system);
    const place = join(folder, system.name, "tables");
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, "system_counts.h"), countsHeader(system));
    writeFileSync(join(place, "system_tables.c"), tablesInC(system, images, placement, images.map(() => 0x8000)));
    assert.is(compile(join(place, "system_tables.c"), [place, "kernel", hardware]), "");
  });
}

test("memory is nobody's twice, nothing crosses RAM's end, and stacks have a gap below", () => {
  const { placement, images } = generated(everything.system);
  const { system } = everything;
  const shared = system.regions.flatMap(({ kind, bytes }, index) =>
    kind === "device" ? [] : [{ base: placement.regions[index] ?? 0, bytes }]);
  const extents = [...placement.stacks, ...placement.data, ...shared].toSorted((a, b) => a.base - b.base);
  for (const [index, { base, bytes }] of extents.entries()) {
    assert.ok(base >= 0xa000 && base + bytes <= system.machine.ram_bytes);
    assert.ok(base + bytes <= (extents[index + 1]?.base ?? Infinity), `${base} and ${bytes}`);
  }
  for (const { base } of placement.stacks) {
    assert.not(extents.some((extent) => extent.base + extent.bytes > base - 32 && extent.base < base));
  }
  assert.ok(images.every((_, index) => (placement.images[index]?.code ?? 0) % 32 === 0));
});

test("what has a colour lies in pages of that colour", () => {
  const { placement } = generated(everything.system);
  const { system } = everything;
  const buffer = placement.regions[system.regions.findIndex(({ name }) => name === "buffer")] ?? 0;
  assert.is(Math.floor(buffer / 4096) % system.machine.colours, 3);
  const stack = placement.stacks[system.tasks.findIndex(({ name }) => name === "producer")];
  assert.is(Math.floor((stack?.base ?? 0) / 4096) % system.machine.colours, 1);
});

test("tasks are numbered one behind the other, those of each partition from its first number on", () => {
  const numbers = pipeline.system.tasks.map(({ name, number }) => [name, number]);
  assert.equal(numbers, [["sampler", 1], ["filter", 2], ["keeper", 3]]);
  assert.is(taskNamed(everything.system, "driver").number, 32);
});

test("those of hardware's tasks are dealt over the groups that the scheduler looks at one by one", () => {
  const pulse = {
    program: defineProgram({ name: "pulse", sources: ["pulse.c"], needs: {} }),
    scheduled: "by hardware", policy: "edf", period: us(500), wcet: us(5), onMiss: "stop task",
  } as const;
  const other = {
    program: defineProgram({ name: "other", sources: ["other.c"], needs: {} }), policy: "background",
  } as const;
  const { system } = defineSystem({
    name: "pulses",
    tasks: { "first": other, "p1": pulse, "p2": pulse, "p3": pulse, "p4": pulse, "p5": pulse, "last": other },
  });
  const numberOf = (name: string): number => taskNamed(system, name).number;
  assert.equal(["p1", "p2", "p3", "p4", "p5"].map(numberOf), [8, 16, 24, 1, 9]);
  assert.equal(["first", "last"].map(numberOf), [2, 3]);
});

test("canaries differ from task to task and not from build to build", () => {
  assert.equal(pipeline.system.tasks.map(({ canary }) => canary), [238733172, 2009016006, 150480758]);
});

test.run();
