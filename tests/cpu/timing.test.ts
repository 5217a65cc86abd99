// The identity: the sum over the timing table equals the clocks of the core exactly, for each instruction of every
// program here. timing/replay.ts says what is taken from the architectural state.
import { readFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { buildProgram, programNames } from "../../bench/programs.ts";
import { instructions } from "../../soc/cpu/instructions.ts";
import { directedBatches } from "./campaign.ts";
import { randomCase, selected } from "./generate.ts";
import { implemented } from "./implemented.ts";
import { slotAddresses } from "./layout.ts";
import { randomFrom } from "./random.ts";
import { assembledImage, casesImage, codeOf, image_first } from "./timing/images.ts";
import { buildLogged, execute, type Entry } from "./timing/log.ts";
import { paged, type tables_at } from "./timing/paged.ts";
import { pairsImage } from "./timing/pairs.ts";
import { identity, rowName, type Identity } from "./timing/replay.ts";

const test = suite("the timing table and the core");
const core = await buildLogged();
const rom = readFileSync(core.rom);
const all = process.env["ATOMICOS_TEST_ALL"] === "1";

const program_clocks = all ? 1_000_000 : 40_000;
const random_batches = all ? 200 : 8;
const directed_cases = all ? 40 : 2;
const pair_images = all ? 100 : 6, histories = 8;
/** So many lie below 64 KB, which jumps of 16 bits reach. */
const pairs_per_image = 70;
const cycles_max = 10_000_000;
const shown_max = 10;

/** Every row that occurred in any program. */
const seen = new Set<string>();

/** Runs an image and compares every instruction, from the first after reset. */
function compared(image: Uint8Array, cycles: number): { log: Entry[]; result: Identity } {
  const log = execute(core, image, image_first, cycles);
  const result = identity(log, codeOf(image, rom));
  for (const name of result.names) seen.add(name);
  return { log, result };
}

function text({ differences }: Identity): string {
  return differences.slice(0, shown_max).map(({ at, name, previous, measured, expected }) =>
    `${at.toString(16)}h: ${name} behind ${previous} takes ${measured}, by the table ${expected.join(" or ")}`).join("\n");
}

test("agree on compiled programs", async () => {
  for (const name of programNames) {
    const { image, first } = await buildProgram(name);
    assert.is(first, image_first);
    const { result } = compared(image, program_clocks);
    assert.is(text(result), "", name);
    assert.ok(result.clocks >= Math.min(program_clocks, 20_000) - 20, `${name}: ${result.clocks} clocks compared`);
  }
});

test("agree on every form of user-mode instructions", async () => {
  const { batches } = directedBatches(selected(implemented), directed_cases, true);
  for (const batch of batches) assert.is(text(compared(await casesImage(batch), cycles_max).result), "");
});

test("agree on random programs, faults included", async () => {
  const slots = slotAddresses({ low: true });
  let faults = 0, faults_by_choice = 0;
  for (let batch = 0; batch < random_batches; batch++) {
    const cases = slots.map((at, i) => randomCase(batch * slots.length + i, at, selected(implemented), 5 + (batch % 7) * 6));
    const { log, result } = compared(await casesImage(cases), cycles_max);
    assert.is(text(result), "", `batch ${batch}`);
    faults += log.filter(({ kind }) => kind === "delivered").length;
    faults_by_choice += result.faults_by_choice;
  }
  assert.ok(faults > faults_by_choice, `${faults} exceptions`);
});

test("agree on system instructions, exceptions and real mode", async () => {
  const { log, result } = compared(await assembledImage("system"), cycles_max);
  assert.is(text(result), "");
  assert.ok(log.some((entry) => entry.kind === "delivered" && !entry.mode.protected_mode), "exceptions in real mode");
});

/** Before and after. */
const levels = (entry: Entry): readonly [number, number] => [
  entry.mode.level, entry.kind === "retired" ? entry.level_after : entry.entered?.level_after ?? entry.mode.level,
];

test("agree on transfers between privilege levels and modes, on gates, tasks and refused ports", async () => {
  const { log, result } = compared(await assembledImage("privilege"), cycles_max);
  assert.is(text(result), "");
  assert.ok(result.compared > 4 * 1000, `${result.compared} instructions compared`);
  // Only what LAR, LSL, VERR and VERW do not find is not told by the state.
  assert.ok(result.others_by_choice < result.compared / 20, `${result.others_by_choice} by choice`);
  assert.ok(log.some((entry) => levels(entry).join() === "0,3") && log.some((entry) => levels(entry).join() === "3,0"));
  assert.ok(log.some(({ mode }) => mode.virtual_8086), "virtual-8086 mode");
  assert.ok(log.some((entry) => entry.kind === "retired" && entry.switches_task), "task switches");
});

test("agree on descriptors, gates and stacks of a TSS that lie in three words", async () => {
  const image = await assembledImage("privilege", { tables_offset: 2 });
  const { log, result } = compared(image, cycles_max);
  assert.is(text(result), "");
  assert.ok(log.reduce((sum, { splits }) => sum + splits, 0) > 1000);
});

test("agree whatever ran before: a pair takes the same behind every history", () => {
  for (let seed = 0; seed < pair_images; seed++) {
    const { image, pairs } = pairsImage(randomFrom(seed), pairs_per_image, histories);
    const { log, result } = compared(image, cycles_max);
    const cycles = new Map(log.map((entry) => [entry.eip, entry.cycle]));
    const at = (address: number): number => {
      const cycle = cycles.get(address);
      if (cycle === undefined) throw new Error(`the instruction at ${address.toString(16)}h did not run`);
      return cycle;
    };
    // By the clocks alone, without the table.
    for (const { first, second, places } of pairs) {
      const times = new Set(places.map((place) =>
        `${at(place.second) - at(place.first)}, then ${at(place.behind) - at(place.second)}`));
      assert.is(times.size, 1, `${second} behind ${first} takes ${[...times].join(" or ")}`);
    }
    assert.is(text(result), "");
  }
});

/** Memory as it is without paging, in pages of both sizes; the TLB is cold at first. */
const page_sizes = [{ large_pages: false }, { large_pages: true }] as const;

function comparedInPages(
  image: Uint8Array, { cycles = cycles_max, at }: { cycles?: number; at?: keyof typeof tables_at } = {},
): Identity {
  const results = page_sizes.map((size) => {
    const { result } = compared(paged(image, { ...size, ...(at === undefined ? {} : { at }) }), cycles);
    assert.is(text(result), "", size.large_pages ? "pages of 4 MB" : "pages of 4 KB");
    assert.equal(result.beyond_bound, []);
    return result;
  });
  const [small] = results;
  assert.ok(results.every(({ walks }) => walks > 0));
  return small!;
}

test("agree with paging on, walks of page tables counted: compiled programs", async () => {
  for (const name of all ? programNames : programNames.slice(0, 2)) {
    const { image } = await buildProgram(name);
    comparedInPages(image, { cycles: all ? program_clocks : 10_000 });
  }
});

test("agree with paging on: random programs", async () => {
  const slots = slotAddresses({ low: true });
  for (let batch = 0; batch < (all ? 20 : 1); batch++) {
    const cases = slots.map((at, i) => randomCase(batch * slots.length + i, at, selected(implemented), 5 + (batch % 7) * 6));
    comparedInPages(await casesImage(cases), { at: "below_cases" });
  }
});

test("agree with paging on: transfers between levels, gates, tasks, system instructions", async () => {
  comparedInPages(await assembledImage("privilege"));
  comparedInPages(await assembledImage("system"));
});

test("agree with paging on, the TLB emptied again and again, accesses that go on in the next page", () => {
  for (let seed = 0; seed < (all ? 50 : 2); seed++) {
    const { image } = pairsImage(randomFrom(seed), pairs_per_image, histories, { pages: true });
    const { walks, compared: instructions_compared } = comparedInPages(image);
    assert.ok(walks > instructions_compared / 50, `${walks} walks`);
  }
});

test("have met in every row of the instruction table, in each mode", () => {
  const missing = new Set(instructions.map(rowName).filter((name) => !seen.has(name)));
  assert.equal([...missing], []);
});

test("differ by a clock where a clock is added to the measured ones", async () => {
  const { image } = await buildProgram("queens");
  const log = execute(core, image, image_first, 2_000);
  const code = codeOf(image, rom);
  const random = randomFrom(1);
  for (let i = 0; i < 50; i++) {
    const late = 1 + random.below(log.length - 1);
    const changed = log.map((entry, j) => (j < late ? entry : { ...entry, cycle: entry.cycle + 1 }));
    const { differences } = identity(changed, code);
    assert.equal(differences.map(({ at }) => at), [log[late]?.eip]);
  }
});

test.run();
