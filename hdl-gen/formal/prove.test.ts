// Proofs: what holds is proved, and in each kind of claim a planted fault is found.
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  enumeration, input, module, output, prove, PropertyViolation, reg, regNoReset, report, simulate, ToolMissing,
  type Design, type Verdict,
} from "../index.ts";
import { requireTool } from "./tool.ts";

const test = suite("prove");

/** The lines of a report, without the columns and paths that say where this test stands. */
const told = (text: string): string[] => text.split("\n").filter((line) => !/^ +(-->|\d* *\|)/.test(line));

async function verdictOf(design: Design, options = {}): Promise<Verdict> {
  return (await prove(design, options)).verdict;
}

/** Paths of the assertions that fail. */
async function failures(design: Design, options = {}): Promise<readonly string[]> {
  const verdict = await verdictOf(design, options);
  return "failed" in verdict ? verdict.failed.map(({ path }) => path) : [];
}

function counter(name: string, most: number) {
  return module(name, "Counts while told to, up to a limit.", { go: input(1), total: output(4) }, (m, io) => {
    const r = m.regs({ count: reg(4) });
    m.when(io.go.and(r.count.ne(most)), () => { r.count.next = r.count.add(1); });
    io.total.value = r.count;
    m.assert("at_most_three", r.count.le(3));
  });
}

test("a counter that stops at its limit is proved for all time", async () => {
  const proof = await prove(counter("counts_to_three", 3));
  assert.equal(proof.verdict, { kind: "proved", by: { method: "induction", cycles: 1 } });
  assert.is(report(proof), 'proved: 1 assertion of "counts_to_three", by induction over 1 cycle');
});

test("one that goes too far is shown going there", async () => {
  // Nothing here is left to the solver's taste, so that the text is always the same.
  const design = module("counts_on", "Counts.", { total: output(4) }, (m, io) => {
    const r = m.regs({ count: reg(4), odd: reg(1, 1) });
    r.count.next = r.count.add(1);
    r.odd.next = r.odd.not();
    io.total.value = r.count;
    m.assert("at_most_three", r.count.le(3).or(r.odd.eq(0)));
  });
  const proof = await prove(design);
  assert.equal(told(report(proof)), [
    'assertion "at_most_three" does not hold in cycle 5',
    "cycle  0 1 2 3 4 5",
    "rst    1 0 . . . .",
    "count  - 0 1 2 3 4",
    "odd    - 1 0 1 0 1",
    "all signals: build/formal/counts_on/base.vcd",
  ]);
  assert.match(report(proof), /--> hdl-gen\/formal\/prove\.test\.ts:\d+:\d+\n +\|\n +\d+ \| +m\.assert\("at_most_three"/);
});

test("the simulator sees the same fault in the same cycle", async () => {
  const design = counter("counts_too_far", 4);
  const verdict = await verdictOf(design);
  assert.is(verdict.kind, "counterexample");
  if (verdict.kind !== "counterexample") return;
  const { trace, cycle } = verdict.witness;
  const row = (path: string): readonly (bigint | undefined)[] => trace.rows.find((r) => r.path === path)?.values ?? [];
  const sim = simulate(design);
  assert.throws(() => {
    for (let i = 0; i < trace.cycles; i++) {
      sim.io.go = Number(row("go")[i] ?? 0n);
      if (row("rst")[i] === 1n) sim.reset();
      else sim.step();
    }
  }, (error: unknown) => error instanceof PropertyViolation && error.message.startsWith(`assertion "at_most_three" does not hold in cycle ${cycle} (`));
});

/** Two counters that go together; the claim is about their difference, which alone does not carry from cycle to cycle. */
function pair(name: string, invariant: boolean) {
  return module(name, "Two counters.", { go: input(1), apart: output(1) }, (m, io) => {
    const r = m.regs({ first: reg(6), second: reg(6) });
    m.when(io.go, () => {
      r.first.next = r.first.add(1);
      r.second.next = r.second.add(1);
    });
    io.apart.value = r.first.ne(r.second);
    m.assert("never_one_behind", r.first.ne(31).or(r.second.ne(30)));
    if (invariant) m.assert("together", r.first.eq(r.second));
  });
}

test("induction fails where the cycles after reset are good, and says from where", async () => {
  const proof = await prove(pair("unrelated_pair", false), { depth: 3 });
  assert.is(proof.verdict.kind, "not-inductive");
  const [head, because, ...table] = told(report(proof));
  assert.is(head, 'assertion "never_one_behind" is not proved: it holds for 3 cycles after reset, but');
  assert.is(because, "3 good cycles in a row, from a state that perhaps cannot be reached, lead to one that is not:");
  assert.match(table.join("\n"), /^cycle +0 +1 +2 +3\nrst .*\ngo .*\nfirst .*(1f|\.)\nsecond .*(1e|\.)\n/);
  assert.is(table.at(-1), "try: a greater depth, or an assertion that says what keeps the first state from being reached");
});

test("an assertion that names the invariant carries it", async () => {
  assert.is((await verdictOf(pair("related_pair", true), { depth: 3 })).kind, "proved");
});

test("without induction nothing is said beyond the depth", async () => {
  const proof = await prove(pair("bounded_pair", false), { depth: 3, induction: false });
  assert.is(report(proof), 'no fault within 3 cycles after reset: 1 assertion of "bounded_pair"');
});

const around = (most: number) =>
  module(`around_${most}`, "A counter inside.", { go: input(1), total: output(4) }, (m, io) => {
    const { total } = m.instance("inner", counter(`inner_to_${most}`, most), { go: io.go });
    io.total.value = total;
  });

test("an assertion in an instance counts, by its path", async () => {
  assert.is((await verdictOf(around(3))).kind, "proved");
  assert.equal(await failures(around(5)), ["inner.at_most_three"]);
});

const Light = enumeration("light", ["red", "green", "yellow"]);
function lights(name: string, claimedInGreen: 0 | 1) {
  return module(name, "A traffic light.", { tick: input(1), walk: output(1) }, (m, io) => {
    const r = m.regs({ light: reg(Light) });
    m.when(io.tick, () => {
      m.match(r.light, [
        ["red", () => { r.light.next = "green"; }],
        ["green", () => { r.light.next = "yellow"; }],
        ["yellow", () => { r.light.next = "red"; }],
      ], () => {});
    });
    io.walk.value = r.light.is("red");
    m.assert("a_colour", r.light.is("red", "green", "yellow"));
    m.match(r.light, [["green", () => { m.assert("walkers_wait", io.walk.eq(claimedInGreen)); }]], () => {});
  });
}

test("an assertion inside a branch counts where the branch is taken, and only there", async () => {
  assert.is((await verdictOf(lights("good_lights", 0))).kind, "proved");
  const proof = await prove(lights("bad_lights", 1));
  assert.is(proof.verdict.kind, "counterexample");
  if (proof.verdict.kind !== "counterexample") return;
  const light = proof.verdict.witness.trace.rows.find(({ path }) => path === "light");
  assert.equal(light?.texts.slice(1), ["red", "green"]);
});

test("a cover point is reached, with the way there, or it is said that it is not", async () => {
  const design = module("milestones", "Counts by two.", { total: output(4) }, (m, io) => {
    const r = m.regs({ count: reg(4) });
    r.count.next = r.count.add(2);
    io.total.value = r.count;
    m.cover("four", r.count.eq(4));
    m.cover("five", r.count.eq(5));
  });
  const proof = await prove(design, { depth: 8 });
  assert.equal(proof.covers.map(({ kind, point }) => `${point.path} ${kind}`), ["four reached", "five unreachable"]);
  assert.equal(told(report(proof)), [
    '"milestones" has no assertions',
    "",
    'cover point "four" is reached in cycle 3',
    "cycle  0 1 2 3",
    "rst    1 0 . .",
    "count  - 0 2 4",
    "all signals: build/formal/milestones/cover_0.vcd",
    "",
    'cover point "five" is not reached within 8 cycles after reset',
  ]);
});

function guardedAdder(name: string, assumption: "none" | "small" | "impossible") {
  return module(name, "A sum.", { a: input(8), b: input(8), sum: output(8) }, (m, io) => {
    io.sum.value = io.a.add(io.b);
    if (assumption !== "none") m.assume("halves", io.a.lt(128).and(io.b.lt(128)));
    if (assumption === "impossible") m.assume("upper_half", io.a.gt(200));
    m.assert("no_carry", io.sum.ge(io.a));
  });
}

test("an assumption is relied upon", async () => {
  assert.equal(await verdictOf(guardedAdder("small_sum", "small")), { kind: "proved", by: { method: "logic" } });
  assert.equal(await failures(guardedAdder("any_sum", "none")), ["no_carry"]);
});

test("assumptions that contradict each other prove nothing", async () => {
  const proof = await prove(guardedAdder("no_sum", "impossible"));
  assert.is(proof.verdict.kind, "contradiction");
  assert.equal(told(report(proof)), [
    'nothing proved: the assumptions of "no_sum" contradict each other in cycle 0',
    '"halves"',
    '"upper_half"',
  ]);
});

const keeper = (name: string, guarded: boolean) =>
  module(name, "Keeps the last small number.", { put: input(1), d: input(4), q: output(4) }, (m, io) => {
    const r = m.regs({ valid: reg(1), kept: regNoReset(4) });
    m.when(io.put.and(io.d.lt(8)), () => {
      r.valid.next = 1;
      r.kept.next = io.d;
    });
    io.q.value = r.kept;
    m.assert("below_eight", guarded ? r.valid.not().or(r.kept.lt(8)) : r.kept.lt(8));
  });

test("a register without reset may hold anything at first", async () => {
  assert.is((await verdictOf(keeper("guarded_keeper", true))).kind, "proved");
  const verdict = await verdictOf(keeper("unguarded_keeper", false));
  assert.is(verdict.kind, "counterexample");
  assert.is("witness" in verdict ? verdict.witness.cycle : -1, 1);
});

function store(name: string, readsNext: boolean) {
  return module(name, "A small memory.", { put: input(1), at: input(2), d: input(4), q: output(4) }, (m, io) => {
    const words = m.memory("words", { width: 4, depth: 4 });
    words.write({ address: io.at, data: io.d, enable: io.put });
    io.q.value = words.readAsync(readsNext ? io.at.add(1) : io.at);
    const place = m.symbolic("place", 2);
    const g = m.ghost(() => m.regs({ written: reg(1), word: regNoReset(4) }));
    m.when(io.put.and(io.at.eq(place)), () => {
      g.written.next = 1;
      g.word.next = io.d;
    });
    m.when(g.written.and(io.at.eq(place)), () => { m.assert("gives_what_it_took", io.q.eq(g.word)); });
    m.ghost(() => {
      const { kept } = m.nets({ kept: words.readAsync(place) });
      m.assert("keeps", g.written.not().or(kept.eq(g.word)));
    });
  });
}

test("a memory gives what it took, at any place", async () => {
  assert.is((await verdictOf(store("honest_store", false))).kind, "proved");
  assert.equal(await failures(store("confused_store", true)), ["gives_what_it_took"]);
  const verdict = await verdictOf(store("shown_store", true));
  const paths = "witness" in verdict ? verdict.witness.trace.rows.map(({ path }) => path) : [];
  assert.equal(paths.filter((path) => path.startsWith("words")), ["words[0]", "words[1]", "words[2]", "words[3]"]);
});

const table = (name: string, last: number) =>
  module(name, "Powers of two.", { n: input(2), q: output(4) }, (m, io) => {
    const powers = m.memory("powers", { width: 4, depth: 4, init: [1, 2, 4, last] });
    const { word } = m.nets({ word: powers.readAsync(io.n) });
    const r = m.regs({ shown: reg(4, 1) });
    r.shown.next = word;
    io.q.value = r.shown;
    m.assert("one_bit", r.shown.ne(0).and(r.shown.and(r.shown.sub(1)).eq(0)));
  });

test("what a read-only memory holds is known, to induction too", async () => {
  assert.is((await verdictOf(table("good_table", 8))).kind, "proved");
  assert.equal(await failures(table("bad_table", 9)), ["one_bit"]);
});

test("a question that takes too long is given up, with advice", async () => {
  const design = module("factors", "Hides two factors of a large number.", { a: input(24), b: input(24), hit: output(1) }, (m, io) => {
    const { product } = m.nets({ product: io.a.mul(io.b) });
    io.hit.value = product.eq(140_737_488_355_327n - 2n ** 13n - 4n);
    m.assert("not_found", io.hit.not().or(io.a.le(1), io.b.le(1)));
  });
  const proof = await prove(design, { timeout_s: 1 });
  assert.equal(told(report(proof)), [
    'not known: 1 assertion of "factors"',
    "the solver was stopped after 1 s while looking at the cycles after reset, having reached cycle 0",
    "try: a smaller depth, narrower words, parts of the design by themselves, assertions about what happens in between",
  ]);
});

test("a tool that is missing is named, with the package it comes in", () => {
  assert.throws(
    () => requireTool("yosys-smtbmc", "/nowhere"),
    (error: unknown) => error instanceof ToolMissing &&
      error.message === '"yosys-smtbmc" is needed for proofs and is not installed; try: apt-get install yosys',
  );
});

test.run();
