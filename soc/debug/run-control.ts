// Whether the core may begin the next instruction, and if not, why: see ports.ts for what a boundary is.
import { and, input, module, or, output, reg, type Design } from "#hdl-gen";
import { reasons } from "./requests.ts";

const ports = {
  command: {
    halt: input(1), resume: input(1), step: input(1, "one at most of these, for one clock"),
  },
  boundary: { reached: input(1), breaks: input(1) },
  watched: { valid: input(1), index: input(4) },
  stop: output(1, "the next instruction must not begin"),
  reason: output(2, "why it was halted last"),
  watchpoint: output(4, "which, if one was the reason"),
};

export function runControl(): Design<typeof ports> {
  return module("run_control", "Stops the core between instructions, and lets it go on.", ports, (m, io) => {
    const { command, boundary, watched } = io;
    const r = m.regs({
      halted: reg(1, 0, "until resume"),
      stepping: reg(1, 0, "but for one instruction"),
      passes: reg(1, 0, "the next instruction's own breakpoint has had its say"),
      why: reg(2),
      watched_by: reg(4),
    });
    const { breaks } = m.nets({ breaks: boundary.reached.and(boundary.breaks, r.passes.not()) });
    const { stays } = m.nets({ stays: r.halted.and(r.stepping.not()).or(breaks) });
    const { begins, meets } = m.nets({
      begins: boundary.reached.and(stays.not()),
      meets: breaks.and(r.halted.not()),
    });
    io.stop.value = stays;
    io.reason.value = r.why;
    io.watchpoint.value = r.watched_by;

    m.when(begins, () => {
      r.passes.next = 0;
      r.stepping.next = 0;
    });
    m.when(command.halt, () => {
      m.when(r.halted.not(), () => { r.why.next = reasons.halt; });
      r.halted.next = 1;
    });
    m.when(command.step, () => {
      r.halted.next = 1;
      r.stepping.next = 1;
      r.passes.next = 1;
      r.why.next = reasons.step;
    });
    m.when(command.resume, () => {
      r.halted.next = 0;
      r.stepping.next = 0;
      r.passes.next = 1;
    });
    m.when(meets, () => {
      r.halted.next = 1;
      r.why.next = reasons.breakpoint;
    });
    m.when(watched.valid, () => {
      r.halted.next = 1;
      r.why.next = reasons.watchpoint;
      r.watched_by.next = watched.index;
    });

    const commands = command.halt.zext(2).add(command.resume.zext(2)).add(command.step.zext(2));
    m.assume("one_command_at_a_time", commands.le(1));
    m.assume("a_step_begins_with_nothing_under_way",
      command.step.not().or(r.halted.and(r.stepping.not(), watched.valid.not())));
    // The same in terms of what may happen, not of why.
    m.ghost(() => {
      const g = m.regs({
        may: reg(1, 1, "the next instruction may begin, breakpoints apart"),
        only: reg(1, 0, "and no other after it"),
        excused: reg(1, 0, "even if it has a breakpoint"),
      });
      const { must_not } = m.nets({ must_not: boundary.breaks.and(g.excused.not()) });
      const { allowed } = m.nets({ allowed: g.may.and(must_not.not()) });
      m.assert("no_instruction_begins_that_must_not", begins.not().or(allowed));
      m.assert("every_instruction_begins_that_may", boundary.reached.and(allowed).not().or(begins));
      m.when(command.resume.or(command.step), () => { g.excused.next = 1; })
        .elsewhen(begins, () => { g.excused.next = 0; });
      m.when(begins.and(g.only), () => {
        g.may.next = 0;
        g.only.next = 0;
      });
      m.when(command.halt.and(g.only.not()), () => { g.may.next = 0; });
      m.when(command.resume, () => {
        g.may.next = 1;
        g.only.next = 0;
      });
      m.when(command.step, () => {
        g.may.next = 1;
        g.only.next = 1;
      });
      const stopsAgain = and(boundary.reached, must_not, g.may);
      m.when(or(stopsAgain, watched.valid.and(g.only.not().or(command.resume))), () => { g.may.next = 0; });
      m.assert("knows_whether_it_may", g.may.eq(r.halted.not().or(r.stepping)));
      m.assert("steps_only_while_halted_and_past_a_breakpoint", r.stepping.not().or(r.halted.and(r.passes)));
      m.assert("knows_what_is_excused", g.excused.eq(r.passes));
      m.assert("knows_whether_it_steps", g.only.eq(r.stepping));
      m.cover("stops_at_a_breakpoint", meets);
      m.cover("steps", begins.and(g.only));
    });
  });
}
