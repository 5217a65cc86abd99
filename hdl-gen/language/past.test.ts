// Past values: what they are called, what they are worth, and when they count.
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { cat, clock, clockedBy, enumeration, input, module, output, prove, reg, simulate, verilog } from "../index.ts";

const test = suite("past");

const Phase = enumeration("phase", ["rest", "work"]);

const walker = module("walker", "Goes up by one, unless it stands.", { go: input(1), stand: input(1), at: output(8) }, (m, io) => {
  const r = m.regs({ place: reg(8), phase: reg(Phase) });
  m.when(io.go.and(io.stand.not()), () => {
    r.place.next = r.place.add(1);
    r.phase.next = "work";
  }).otherwise(() => { r.phase.next = "rest"; });
  io.at.value = r.place;
  m.assert("one_step", m.stable(r.place).or(r.place.eq(m.past(r.place.add(1)))));
  m.assert("two_steps", m.past(r.place, 2).add(2).sub(r.place).le(2));
  m.assert("stands", m.past(io.stand).not().or(m.stable(r.place)));
  m.assert("work_moves", r.phase.is("rest").or(m.stable(r.place).not()));
  m.assert("phase_follows", m.past(r.phase).is("work").or(m.past(r.phase).is("rest")));
  m.assert("rises_by_going", m.rose(r.phase.is("work")).not().or(m.past(io.go)));
  m.assert("falls_by_waiting", m.fell(r.phase.is("work")).not().or(m.past(cat(io.go, io.stand)).ne(0b10)));
});

test("the past is kept in registers that only properties see, named after what they keep", () => {
  const text = verilog(walker);
  const [hardware = "", formal = ""] = text.split("`ifdef FORMAL");
  assert.not.match(hardware, /_past/);
  assert.match(formal, /reg {2}\[7:0\] place_past; {2}\/\/ place, one cycle ago\n/);
  assert.match(formal, /reg {2}\[7:0\] place_past_2; {2}\/\/ place, 2 cycles ago\n/);
  assert.match(formal, /place_past_2 <= place_past;/);
  assert.match(formal, /if \(since_reset_1\) stands: assert \(~stand_past \| \(place == place_past\)\);/);
  assert.match(formal, /if \(since_reset_2\) two_steps: assert/);
});

test("properties of the past are proved", async () => {
  const { verdict } = await prove(walker);
  assert.is(verdict.kind, "proved");
});

test("the simulator keeps the past too", () => {
  const sim = simulate(walker);
  sim.reset();
  sim.io.go = 1;
  sim.step(5);
  assert.equal(["place", "place_past", "place_past_2"].map((path) => sim.peek(path)), [5, 4, 3]);
});

/** Reset puts it somewhere else than a step further: what it was then is no past to compare with. */
function jumper(name: string, remembers: "past" | "register") {
  return module(name, "Takes steps of one from where reset puts it.", { at: output(4) }, (m, io) => {
    const r = m.regs({ place: reg(4, 9) });
    r.place.next = r.place.add(1);
    io.at.value = r.place;
    m.ghost(() => {
      const g = m.regs({ seen: reg(4) });
      g.seen.next = r.place;
      const { earlier } = m.nets({ earlier: remembers === "past" ? m.past(r.place) : g.seen });
      m.assert("advances", r.place.eq(earlier.add(1)));
    });
  });
}

test("a property speaks of the past only when there is one, even through a net", async () => {
  assert.is((await prove(jumper("patient_jumper", "past"))).verdict.kind, "proved");
  assert.is((await prove(jumper("hasty_jumper", "register"))).verdict.kind, "counterexample");
});

test("the past of a past lies further back", () => {
  const design = module("echo", "Gives what it gets.", { d: input(4), q: output(4) }, (m, io) => {
    io.q.value = io.d;
    m.assert("same", m.past(m.past(io.d), 2).eq(m.past(io.q, 3)));
  });
  assert.match(verilog(design), /if \(since_reset_3\) same: assert \(d_past_3 == q_past_3\);/);
});

test("the past of what another clock times is that clock's", () => {
  const ports = { fast: clock(), ...clockedBy("fast", { d: input(4), q: output(4) }) };
  const text = verilog(module("fast_echo", "Gives what it got.", ports, (m, io) => {
    m.domain(io.fast, () => {
      const r = m.regs({ kept: reg(4) });
      r.kept.next = io.d;
      io.q.value = r.kept;
      m.assert("keeps", r.kept.eq(m.past(io.d)));
    });
  }));
  assert.match(text, /if \(fast_since_reset_1\) keeps: assert \(kept == d_past\);/);
  assert.not.match(text, /posedge clk/);
});

test("a broken promise about the past is found", async () => {
  const { verdict } = await prove(module("hasty", "Answers at once.", { ask: input(1), answer: output(1) }, (m, io) => {
    io.answer.value = io.ask;
    m.assert("answers_later", io.answer.eq(m.past(io.ask)));
  }));
  assert.is(verdict.kind, "counterexample");
  if (verdict.kind === "counterexample") assert.is(verdict.witness.cycle, 2);
});

test.run();
