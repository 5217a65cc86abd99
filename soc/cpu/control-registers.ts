// Control registers and model-specific registers (Intel SDM 3, 2.5; 4).
import { cat, constant, input, module, mux, net, output, reg, select } from "#hdl-gen";
import { control4Bits, msr } from "./checks.ts";
import { System } from "./microop.ts";

/** Bits of CR0 that can be written, ET not among them: on a 486 it reads as 1. */
const control0Bits = {
  protected_mode: 0, monitors: 1, emulates: 2, task_switched: 3, numeric_errors: 5, write_protect: 16, alignment: 18,
  not_write_through: 29, cache_disable: 30, paging: 31,
} as const;
type Control0 = keyof typeof control0Bits;
const control0Names: readonly Control0[] = [
  "protected_mode", "monitors", "emulates", "task_switched", "numeric_errors", "write_protect", "alignment",
  "not_write_through", "cache_disable", "paging",
];

/** What the APIC's base register says: enabled, of the only processor, where the memory map has it. */
const apicBase = 0xfee00900;

export const controlRegisters = module("control_registers", "CR0, CR2, CR3, CR4 and the model-specific registers.", {
  completes: input(1, "the step in execute has its effect"),
  effect: input(System),
  number: input(3, "of the control register written"),
  value: input(32, "what is written"),
  msr_number: input(32, "of the model-specific register written"),
  page_fault: { valid: input(1), linear: input(32) },
  read: {
    number: input(3, "of the control register read"),
    control: output(32),
    msr_number: input(32),
    msr: output(32),
    msr_high: output(32),
  },
  clocks: input(64, "the time-stamp counter"),
  exchange: input(1, "CR3 and SYSENTER_ESP become those of another context"),
  incoming: { directory: input(32), entry_stack: input(32) },
  outgoing: { directory: output(32) },
  control0: output(32),
  protected_mode: output(1),
  monitors: output(1),
  emulates: output(1),
  task_switched: output(1),
  write_protect: output(1),
  checks_alignment: output(1),
  paging: output(1),
  directory: output(20, "page of the page directory"),
  time_disabled: output(1),
  large_pages: output(1),
  global_pages: output(1),
  counters_enabled: output(1),
  entry: { code: output(16), stack: output(32), eip: output(32) },
  flush: { valid: output(1, "translations may have changed"), global: output(1, "global ones too") },
}, (m, io) => {
  const r = m.regs({
    // The caches, which there are not, are off after reset (Intel SDM 3, 9.1.1).
    control0: control0Names.map((name) => reg(1, name === "cache_disable" || name === "not_write_through" ? 1 : 0)),
    control2: reg(32),
    control3: reg(32),
    control4: { no_time: reg(1), large_pages: reg(1), global_pages: reg(1), counters: reg(1) },
    sysenter: { code: reg(16), stack: reg(32), eip: reg(32) },
  });
  const at = (name: Control0) => r.control0[control0Names.indexOf(name)]!;
  const does = (name: (typeof System)["names"][number]) => io.completes.and(io.effect.is(name));
  const { value } = io;
  io.flush.valid.value = 0;
  io.flush.global.value = 0;
  m.when(does("write_control"), () => {
    m.match(io.number, [
      [0, () => {
        control0Names.forEach((name) => { at(name).next = value.bit(control0Bits[name]); });
        io.flush.valid.value = 1;
        io.flush.global.value = 1;
      }],
      [4, () => {
        r.control4.no_time.next = value.bit(control4Bits.time);
        r.control4.large_pages.next = value.bit(control4Bits.large_pages);
        r.control4.global_pages.next = value.bit(control4Bits.global_pages);
        r.control4.counters.next = value.bit(control4Bits.counters);
        io.flush.valid.value = 1;
        io.flush.global.value = 1;
      }],
    ], () => {});
  });
  // A task's page directory counts only where there is paging (Intel SDM 3, 7.2.1).
  const { writes_directory } = m.nets({ writes_directory: does("write_paging").and(io.number.eq(3)) });
  m.when(does("write_paging").and(writes_directory.not()), () => { r.control2.next = value; });
  m.when(writes_directory.or(does("load_directory").and(at("paging"))), () => {
    r.control3.next = value;
    io.flush.valid.value = 1;
  });
  // Another context's pages need no flush where they are the same.
  io.outgoing.directory.value = r.control3;
  m.when(io.exchange, () => {
    r.control3.next = io.incoming.directory;
    r.sysenter.stack.next = io.incoming.entry_stack;
    io.flush.valid.value = io.incoming.directory.ne(r.control3);
  });
  m.when(does("write_status"), () => {
    for (const name of ["monitors", "emulates", "task_switched"] as const) at(name).next = value.bit(control0Bits[name]);
    m.when(value.bit(0), () => { at("protected_mode").next = 1; });
  });
  m.when(does("clear_task_switched"), () => { at("task_switched").next = 0; });
  m.when(does("set_task_switched"), () => { at("task_switched").next = 1; });
  m.when(does("write_msr"), () => {
    m.when(io.msr_number.eq(msr.entry_cs), () => { r.sysenter.code.next = value.slice(15, 0); });
    m.when(io.msr_number.eq(msr.entry_esp), () => { r.sysenter.stack.next = value; });
    m.when(io.msr_number.eq(msr.entry_eip), () => { r.sysenter.eip.next = value; });
  });
  m.when(io.page_fault.valid, () => { r.control2.next = io.page_fault.linear; });

  const bits0 = Array.from({ length: 32 }, (_, bit) => {
    const name = control0Names.find((one) => control0Bits[one] === bit);
    return name === undefined ? constant(bit === 4 ? 1 : 0, 1) : at(name);
  });
  io.control0.value = cat(...bits0.toReversed()).as(32);
  const c = r.control4;
  const { control4 } = m.nets({
    control4: cat(constant(0, 23), c.counters, c.global_pages, constant(0, 2), c.large_pages, constant(0, 1), c.no_time,
      constant(0, 2)),
  });
  io.read.control.value = select(io.read.number,
    [io.control0, constant(0, 32), r.control2, r.control3, control4, constant(0, 32)]);
  const asked = io.read.msr_number;
  const { msr_value } = m.nets({ msr_value: net(32) });
  msr_value.value = io.clocks.slice(31, 0);
  m.when(asked.eq(msr.apic_base), () => { msr_value.value = apicBase; });
  m.when(asked.eq(msr.entry_cs), () => { msr_value.value = r.sysenter.code.zext(32); });
  m.when(asked.eq(msr.entry_esp), () => { msr_value.value = r.sysenter.stack; });
  m.when(asked.eq(msr.entry_eip), () => { msr_value.value = r.sysenter.eip; });
  io.read.msr.value = msr_value;
  io.read.msr_high.value = mux(asked.eq(msr.time), io.clocks.slice(63, 32), constant(0, 32));

  io.protected_mode.value = at("protected_mode");
  io.monitors.value = at("monitors");
  io.emulates.value = at("emulates");
  io.task_switched.value = at("task_switched");
  io.write_protect.value = at("write_protect");
  io.checks_alignment.value = at("alignment");
  io.paging.value = at("paging");
  io.directory.value = r.control3.slice(31, 12);
  io.time_disabled.value = c.no_time;
  io.large_pages.value = c.large_pages;
  io.global_pages.value = c.global_pages;
  io.counters_enabled.value = c.counters;
  m.drive(io.entry, r.sysenter);
});
