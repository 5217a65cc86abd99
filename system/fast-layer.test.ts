// The fast IPC layer on the generated hardware: guarded lanes and channels carry what they are given, whoever is interrupted or
// restarted in the midst; nobody in ring 3 reaches a ring, and nobody gets into ring 1 but by the gate.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { BUILD } from "../commands/paths.ts";
import { buildMachine } from "../commands/steps/machine.ts";
import { buildHeaders } from "../commands/steps/software.ts";
import { regionAt } from "../commands/steps/system.ts";
import { readSubject } from "../commands/wcet.ts";
import { bootHeader } from "../kernel/boot-header.ts";
import { readElf } from "../kernel/elf.ts";
import { refusals } from "../kernel/system-calls.ts";
import { createMachine, type Machine } from "../sim/machine.ts";
import { memoryMap } from "../soc/memory-map.ts";
import { boundOf } from "../wcet/analyse.ts";
import { auditOf } from "../wcet/audit.ts";
import { buildSystem, type BuiltSystem } from "./build.ts";
import described from "./fast-layer/system.ts";
import { runToKernel, variable } from "./observe.ts";

const test = suite("the fast IPC layer");

const run_cycles = 2_250_000;
const stretch_cycles = 250_000;

const refusal = (name: keyof typeof refusals): number => -1 - Object.keys(refusals).indexOf(name);

/** As vandalism.h has them. */
const kinds = [
  "nothing", "load", "store", "jump", "gate", "gate without stack", "gate without data", "call the layer's code",
  "load the layer's data",
] as const;
type Kind = (typeof kinds)[number];

/** Absent `answer`: it must not be survived; "any": whatever it answers. */
interface Attempt {
  readonly name: string;
  readonly kind: Kind;
  readonly value: number;
  readonly answer?: number;
}

let built: BuiltSystem;
let machine: Machine;
let audit: ReturnType<typeof auditOf>;

const symbol = (name: string) => {
  const found = readElf(readFileSync(built.elf), built.elf).symbols.find((each) => each.name === name);
  if (found === undefined) throw new Error(`the kernel has no ${name}`);
  return found;
};
const words = (region: string, count: number): number[] => {
  const bytes = Buffer.from(machine.read(regionAt(built)(region), 4 * count));
  return Array.from({ length: count }, (_, index) => bytes.readInt32LE(4 * index));
};

function attempts(): readonly Attempt[] {
  const ring = built.placement.regions[built.system.regions.findIndex(({ name }) => name === "box")] ?? 0;
  const code = symbol("fast_layer_code").address;
  return [
    { name: "its own ring", kind: "load", value: ring },
    { name: "its own ring", kind: "store", value: ring },
    { name: "another's ring", kind: "store", value: ring - 32 },
    { name: "its block", kind: "load", value: symbol("fast_layer_blocks").address },
    { name: "its block", kind: "store", value: symbol("fast_layer_blocks").address },
    { name: "the layer's code", kind: "load", value: code },
    { name: "the layer's first instruction", kind: "jump", value: code },
    { name: "the layer's put", kind: "jump", value: code + 0x64 },
    { name: "the mailbox", kind: "load", value: memoryMap.mailbox.base },
    { name: "a put", kind: "gate", value: 0, answer: 0 },
    { name: "a get", kind: "gate", value: 1, answer: 0 },
    { name: "a get of nothing", kind: "gate", value: 1, answer: refusal("EMPTY") },
    { name: "a row behind its own", kind: "gate", value: 2, answer: refusal("BAD_SLOT") },
    { name: "no row", kind: "gate", value: 0xffff_ffff, answer: refusal("BAD_SLOT") },
    { name: "a row that would be its own, if numbers were cut", kind: "gate", value: 0x1000_0000, answer: refusal("BAD_SLOT") },
    { name: "a put", kind: "gate", value: 0, answer: 0 },
    { name: "a put with a stack pointer of 0", kind: "gate without stack", value: 0, answer: 0 },
    { name: "a put into a full lane, with any stack pointer", kind: "gate without stack", value: 0xdeadbeef, answer: refusal("FULL") },
    { name: "a put without a data segment", kind: "gate without data", value: 0 },
    { name: "the layer's code segment", kind: "call the layer's code", value: 0 },
    { name: "the layer's data segment", kind: "load the layer's data", value: 0x41 },
    { name: "a get, after all that", kind: "gate", value: 1, answer: 0 },
  ];
}

test.before(async () => {
  built = await buildSystem(described, join(BUILD, "test", "fast-layer"), await buildHeaders());
  const subject = await readSubject({ elf: built.elf, bytes: readFileSync(built.elf) });
  audit = auditOf(await Promise.all(subject.operations.map(async (operation) => boundOf(operation, subject))));
  machine = createMachine(await buildMachine({ traced: false }));
  machine.reset();
  machine.load(bootHeader.address, readFileSync(built.image));
  leaveOf(built);
  runToKernel(machine);
  const table = attempts().flatMap(({ kind, value }) => [kinds.indexOf(kind), value, 0, 0]);
  machine.load(regionAt(built)("attempts"), Buffer.from(Uint32Array.from([0, 0, 0, 0, ...table, 0]).buffer));
  machine.logRetirements(true);
  for (let cycles = 0; cycles < run_cycles; cycles += stretch_cycles) {
    machine.run(stretch_cycles);
    machine.retirements((eip, cycle) => {
      audit.completed(eip, cycle);
    });
  }
});
test.after(() => {
  machine.free();
});

/** An earlier system has been in the memory of this one's lanes. */
function leaveOf({ system, placement }: BuiltSystem): void {
  for (const [index, { kind, bytes }] of system.regions.entries()) {
    if (kind === "lane") machine.load(placement.regions[index] ?? 0, Uint8Array.from({ length: bytes }, (_, at) => at));
  }
}

const of = (task: string, name: string): number => variable(machine, built, task, name);

test("what is put in comes out, in order, unchanged, though whoever puts it in is interrupted in ring 1", () => {
  assert.ok(of("consumer", "taken") > 300, `${of("consumer", "taken")} were taken`);
  const inside = of("producer", "put") - of("consumer", "taken");
  // The producer may not have counted its last one yet.
  assert.ok(inside >= -1 && inside <= 8, `${inside} are in the lane`);
  assert.ok(of("producer", "full") > 0 && of("producer", "echoed") > 300 && of("consumer", "letters") > 20);
  assert.equal(
    [of("consumer", "wrong"), of("producer", "echoed_wrong"), of("consumer", "letters_wrong")], [0, 0, 0],
  );
  const { unfinished = 0 } = audit.observations.get("fast layer") ?? {};
  assert.ok(unfinished > 20, `${unfinished} calls of the layer were interrupted`);
});

test("a job that ends in the layer is followed by one that begins in ring 3, and its lane is whole", () => {
  const [jobs = 0, inRing1, next = 0, wrong] = words("hurry", 4);
  assert.ok(jobs > 100 && next > 150, `${jobs} jobs, ${next} words`);
  assert.equal([inRing1, wrong], [0, 0]);
});

test("ring 3 gets at no ring, and into ring 1 only by the gate, where it has its own rows", () => {
  const [next = 0, , , , ...rows] = words("attempts", 4 + 4 * attempts().length);
  assert.is(next, attempts().length);
  for (const [index, { name, kind, answer }] of attempts().entries()) {
    const [, , answered, survived] = rows.slice(4 * index, 4 * index + 4);
    assert.is(survived, answer === undefined ? 0 : 1, `${name} (${kind})`);
    if (answer !== undefined) assert.is(answered, answer, `${name} (${kind})`);
  }
});

test("who has nothing there faults at the gate", () => {
  const [begun = 0, came] = words("outside", 2);
  assert.ok(begun > 1);
  assert.is(came, 0);
});

test("the layer takes no longer than was proven, nor does the kernel with it", () => {
  assert.equal(audit.violations.map(({ name }) => name), []);
  const { times = 0 } = audit.observations.get("fast layer") ?? {};
  assert.ok(times > 1000, `${times} times`);
});

test.run();
