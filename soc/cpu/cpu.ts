// The core: an in-order pipeline of decode, address, memory and execute behind a fetch queue. Each stage has a file of
// its own; here they are put together. docs/cpu.md has the picture.
import { constant, flip, input, module, mux, net, output, select, type Bit, type Bits } from "#hdl-gen";
import { debugCorePort } from "../debug/ports.ts";
import { debugRegisters } from "../debug/requests.ts";
import { mpuPort } from "../mpu/ports.ts";
import { addressStage } from "./address.ts";
import { contextSegments, switchPort } from "./context.ts";
import { deliveryProbe } from "./execute-ports.ts";
import { executeStage } from "./execute.ts";
import { fetchQueue } from "./fetch.ts";
import { memoryStage } from "./memory.ts";
import { microcodeLabels } from "./microcode.ts";
import { Segment } from "./microop.ts";
import { microcodeAddressWidth } from "./microstore.ts";
import { pagingUnit } from "./paging.ts";
import { registerFile } from "./registers.ts";
import { segmentFile } from "./segments.ts";
import { sequencer } from "./sequencer.ts";
import { protectionKeyBit } from "./stages.ts";

/** Where the microcode delivers an exception. */
const exceptionEntry = {
  protected: microcodeLabels.get("exception_protected")!,
  real: microcodeLabels.get("exception_real")!,
} as const;

/** By the lower three bits of the debug unit's numbers. */
const debuggedSegments = Array.from({ length: 8 }, (_, i) => {
  const name = debugRegisters[8 + i];
  return Segment(name === "ss" || name === "ds" || name === "es" || name === "fs" || name === "gs" ? name : "cs");
});

export interface CpuConfig {
  /** Whether a physical address lies in the memory behind the fetch and data ports; all else is a device's. */
  readonly onChip: (address: Bits<32>) => Bit;
}

export const cpu = ({ onChip }: CpuConfig) => module("cpu", "An x86-compatible core whose timing is a table.", {
  fetch: {
    enable: output(1),
    address: output(30, "word address"),
    data: input(64, "that word and the next, one clock after"),
  },
  data: {
    enable: output(1),
    write: output(1),
    address: output(30, "word address"),
    mask: output(8, "bytes of the two words"),
    wdata: output(64),
    rdata: input(64, "that word and the next, one clock after"),
  },
  device: {
    request: output(1, "held until ready"),
    write: output(1),
    io: output(1, "the I/O space, not memory"),
    address: output(32, "of the first byte"),
    mask: output(4, "bytes within the doubleword"),
    wdata: output(32, "bytes in their lanes"),
    ready: input(1, "the access is made in this clock"),
    rdata: input(32, "bytes in their lanes; all ones where there is nothing"),
  },
  interrupt: {
    request: input(1, "a level; it may be withdrawn"),
    vector: input(8),
    acknowledge: output(1, "taken in this clock"),
  },
  switch: switchPort,
  debug: flip(debugCorePort),
  now: input(64, "clocks since reset: what the time-stamp counter counts"),
  counter: {
    number: output(32, "ECX of RDPMC"),
    value: input(64, "one clock after the number"),
  },
  running: { cpl: output(2, "the current privilege level") },
  mpu: mpuPort,
  probe: {
    retired: output(1, "an instruction is complete"),
    eip: output(32, "its linear address"),
    halted: output(1, "by HLT, or shut down"),
    walking: output(1, "page tables are being walked, or an access waits until they may be"),
    delivery: deliveryProbe,
  },
}, (m, io) => {
  // What later stages tell earlier ones, named first because it is used before its driver is built.
  const back = m.nets({
    // How far the pipeline moves, and what of it is not wanted
    hold: 1,
    go: 1,
    stopped: 1,
    take: 4,
    condition_ahead: 1,
    kill: net(1, "decode and address: what is there is for another way"),
    flush: net(1, "all stages before execute: what is there is for another way"),
    redirect: { valid: 1, likely: 1, target: 32 },
    anew: net(1, "with redirect: fetch forgets the frame that it has"),
    lacks: net(1, "decode lacks bytes"),
    starved: net(1, "and nothing is under way"),
    quiet: net(1, "nothing is under way behind the address stage"),
    micro: { valid: 1, address: microcodeAddressWidth },
    // Registers: the one write, the four reads, the write to wait for
    write: { number: 4, lanes: 4, value: 32 },
    result: { number: 4, lanes: 4, value: 32 },
    number: { base: 4, index: 4, a: 4, b: 4 },
    pending: { valid: 1, number: 4 },
    stores: 1,
    interrupting: 1,
    // What execute knows and earlier stages ask
    esp: { restore: 1, value: 32 },
    flags: { carry: 1, parity: 1, adjust: 1, zero: 1, sign: 1, overflow: 1 },
    loaded: 32,
    state: {
      flags: 32,
      all_flags: 32,
      saved_eip: 32,
      delivering: 1,
      software: 1,
      error_code: 16,
      has_error_code: 1,
      pair_low: 32,
      control: 32,
      machine_status: 32,
      debug: 32,
      entry_stack: 32,
      msr: 32,
      msr_high: 32,
      clocks: 64,
      counter: 64,
      cpl: 2,
      level: 2,
      virtual_8086: 1,
      nested: 1,
      checks_alignment: 1,
    },
    mode: {
      real: 1,
      virtual_8086: 1,
      checks_ports: 1,
      cpl: 2,
      port_level: 2,
      time_disabled: 1,
      counters_enabled: 1,
      emulates: 1,
      monitors: 1,
      task_switched: 1,
      entry_set: 1,
      guards_debug: 1,
    },
    paging: {
      enabled: 1,
      write_protect: 1,
      large_pages: 1,
      global_pages: 1,
      directory: 20,
      user: 1,
      next_user: 1,
      flush: { valid: 1, global: 1 },
      invalidate: { valid: 1, page: 20 },
    },
    page_of: { data: 20, writes: 1, by_user: 1, data_walks: 1, fetch: 20, fetch_walks: 1 },
    protected_mode: 1,
    exchange: 1,
    count: 5,
    vector_offset: 32,
    vector_half: 32,
  });
  // What the stages ask of the segment registers.
  const lookup = m.nets({
    base_of: Segment,
    access: { segment: Segment, offset: 32, last: 33, reads: 1, writes: 1 },
    selector_of: Segment,
    level: 2,
    update: {
      segment: Segment,
      selector: 1,
      chooses: 1,
      describes: 1,
      real: 1,
      virtual: 1,
      descriptor: 1,
      nothing: 1,
      bare: 1,
      table_base: 1,
      table_limit: 1,
      commit_code: 1,
      commit_stack: 1,
      drop: 1,
      clear: 1,
      flat: 1,
      flat_selector: 16,
      a: 32,
      b: 32,
      low: 32,
    },
  });

  // --- the parts, in pipeline order -------------------------------------------------------------------
  const pages = m.instance("paging_unit", pagingUnit(), {
    control: {
      enabled: back.paging.enabled,
      write_protect: back.paging.write_protect,
      extensions: back.paging.large_pages,
      global_pages: back.paging.global_pages,
      directory: back.paging.directory,
    },
    flush: back.paging.flush,
    invalidate: back.paging.invalidate,
    data: { page: back.page_of.data, writes: back.page_of.writes, user: back.page_of.by_user },
    fetch: { page: back.page_of.fetch, user: back.paging.user },
    walk: {
      request: back.page_of.data_walks.or(back.page_of.fetch_walks),
      page: mux(back.page_of.data_walks, back.page_of.data, back.page_of.fetch),
      writes: back.page_of.data_walks.and(back.page_of.writes),
      user: mux(back.page_of.data_walks, back.page_of.by_user, back.paging.user),
    },
    memory: { rdata: io.data.rdata.slice(31, 0), refuses: io.mpu.other.refuses },
  });
  const page_error_code = pages.walk.error_code.slice(5, 0);
  m.unused(pages.walk.error_code.slice(15, 6));

  const queue = m.instance("fetch_queue", fetchQueue, {
    redirect: back.redirect,
    anew: back.anew,
    go: back.go,
    take: back.take,
    memory: { data: io.fetch.data },
    paging: {
      enabled: back.paging.enabled,
      hit: pages.fetch.hit,
      frame: pages.fetch.frame,
      lacks: back.lacks,
      starved: back.starved,
      walked: pages.walk.done.and(back.page_of.data_walks.not()),
      faults: pages.walk.faults,
      // Of the reasons for a fault, only the MPU's asks whether it was a fetch.
      error_code: page_error_code.or(mux(pages.walk.error_code.bit(protectionKeyBit), constant(0x10, 6), 0)),
    },
    mpu: { refuses: io.mpu.fetch.refuses },
    user: back.paging.user,
  });
  io.mpu.fetch.first.value = queue.mpu.first;
  io.mpu.fetch.second.value = queue.mpu.second;
  io.mpu.fetch.ring.value = back.state.cpl;
  back.page_of.fetch.value = queue.paging.page;
  back.page_of.fetch_walks.value = queue.paging.walk;
  io.fetch.enable.value = queue.memory.enable;
  io.fetch.address.value = queue.memory.address;

  const n = back.number;
  const registers = m.instance("register_file", registerFile, {
    base: { number: n.base },
    index: { number: n.index },
    a: { number: n.a },
    b: { number: n.b },
    write: back.write,
    other: { row: io.switch.bank.row, write: io.switch.bank.write, wdata: io.switch.bank.wdata },
    exchange: back.exchange,
    count: back.count,
  });
  io.switch.bank.rdata.value = registers.other.rdata;
  const { segments: incoming_segments, task_of_386, ...incoming } = io.switch.incoming;
  const segments = m.instance("segment_file", segmentFile, {
    ...lookup,
    exchange: back.exchange,
    incoming: { segments: incoming_segments, task_of_386 },
  });

  const decode = m.instance("sequencer", sequencer, {
    window: queue.window,
    available: queue.available,
    address: queue.address,
    fetch_fault: queue.fault.valid,
    code_big: segments.code.big,
    stack_big: segments.stack.big,
    mode: back.mode,
    go: back.go,
    condition_ahead: back.condition_ahead,
    flush: back.kill,
    micro: back.micro,
    stopped: back.stopped,
    breaks: io.debug.fetched.breaks,
  });
  io.debug.fetched.address.value = decode.from;
  back.take.value = decode.take;

  const address = m.instance("address_stage", addressStage, {
    valid: decode.valid,
    step: decode.step,
    hold: back.hold,
    kill: back.kill,
    base: registers.base,
    index: registers.index,
    write: back.result,
    pending: back.pending,
    stores: back.stores,
    esp: back.esp,
    segment: { base: segments.base },
    code_base: segments.code.base,
    stack: segments.stack,
    vector_offset: back.vector_offset,
    vector_half: back.vector_half,
    read: { data: io.data.rdata },
    paging: {
      enabled: back.paging.enabled,
      user: back.paging.user,
      next_user: back.paging.next_user,
      hit: pages.data.hit,
      frame: pages.data.frame,
      quiet: back.quiet,
      walked: pages.walk.done.and(back.page_of.data_walks),
      faults: pages.walk.faults,
      error_code: page_error_code,
    },
  });
  back.page_of.data.value = address.paging.page;
  back.page_of.writes.value = address.paging.writes;
  back.page_of.by_user.value = address.paging.by_user;
  back.page_of.data_walks.value = address.paging.walk;
  back.go.value = address.go;
  back.condition_ahead.value = address.condition_ahead;
  n.base.value = address.base.number;
  n.index.value = address.index.number;
  lookup.base_of.value = address.segment.of;

  const memory = m.instance("memory_stage", memoryStage({ onChip }), {
    arrives: address.leaves,
    addressed: address.addressed,
    hold: back.hold,
    flush: back.flush,
    interrupting: back.interrupting,
    a: registers.a,
    b: registers.b,
    write: back.result,
    flags: back.flags,
    loaded: back.loaded,
    state: back.state,
    access: { violation: segments.access.violation },
    mpu: { data: { refuses: io.mpu.data.refuses }, other: { refuses: io.mpu.other.refuses } },
    segment: {
      selector: segments.selector,
      table_base: segments.table_base,
      table_limit: segments.table_limit,
      pending: segments.loading_now,
      tss_of_386: segments.task_of_386,
      code_base: segments.code.base,
      code_limit: segments.code.limit,
    },
    port: { read: io.data.rdata },
  });
  // While the core is stopped, the debug unit reads where the memory stage does.
  const debug = io.debug.registers;
  const { asks_control } = m.nets({ asks_control: debug.number.ge(debugRegisters.indexOf("cr0")) });
  n.a.value = mux(debug.request, debug.number.slice(3, 0), memory.a.number);
  n.b.value = memory.b.number;
  lookup.selector_of.value = mux(debug.request, select(debug.number.slice(2, 0), debuggedSegments), memory.segment.of);
  m.drive(lookup.access, memory.access);
  m.drive(back.pending, memory.pending);
  back.stores.value = memory.stores;
  // While page tables are walked, nothing is in the memory stage.
  const { looks } = m.nets({ looks: pages.memory.looks });
  io.mpu.data.granule.value = memory.mpu.data.granule;
  io.mpu.data.crosses.value = memory.mpu.data.crosses;
  io.mpu.data.ring.value = memory.mpu.data.ring;
  io.mpu.other.granule.value = mux(looks, pages.memory.address.slice(29, 3), memory.mpu.other.granule);
  io.mpu.other.ring.value = mux(looks, constant(0, 2), memory.mpu.data.ring);
  const execute = m.instance("execute_stage", executeStage, {
    arrives: memory.valid,
    operands: memory.operands,
    memory_value: memory.memory_value,
    memory_low: memory.memory_low,
    control: mux(debug.request, select(debug.number.slice(1, 0), [constant(0, 3), 2, 3, 4]), memory.control),
    number: memory.number,
    segment: {
      code_base: segments.code.base,
      next_code_base: segments.code.next_base,
      pending: segments.loading,
      selector_of: segments.selectors,
      next_stack_big: segments.stack.next_big,
    },
    fetch_fault: { linear: queue.fault.linear, error_code: queue.fault.error_code },
    code: {
      memory: { valid: memory.valid, start: memory.here.start, end: memory.here.end },
      address: { valid: address.occupied, start: address.here.start, end: address.here.end },
      from: decode.from,
    },
    device: { ready: io.device.ready, rdata: io.device.rdata },
    interrupt: { request: io.interrupt.request, vector: io.interrupt.vector },
    debug: {
      stop: io.debug.stop,
      registers: {
        request: debug.request, write: debug.write, number: debug.number, wdata: debug.wdata,
      },
      general: registers.a.value,
      shown: mux(asks_control, back.state.control, segments.selector.zext(32)),
    },
    now: io.now,
    counter: io.counter.value,
    switch: {
      hold: io.switch.hold,
      anywhere: io.switch.anywhere,
      exchange: io.switch.exchange,
      incoming: {
        ...incoming,
        code_base: incoming_segments[contextSegments.indexOf("cs")]!.base,
        count: registers.other_count,
      },
    },
  });
  io.debug.stopped.value = execute.debug.stopped;
  m.drive(io.debug.boundary, execute.debug.boundary);
  m.drive(io.debug.access, execute.debug.access);
  debug.ready.value = execute.debug.registers.ready;
  debug.rdata.value = execute.debug.registers.rdata;
  io.switch.held.value = execute.switch.held;
  back.count.value = execute.switch.count;
  back.exchange.value = io.switch.exchange.and(execute.switch.held);
  m.drive(io.switch.outgoing, {
    ...execute.switch.outgoing,
    task_of_386: segments.task_of_386,
    segments: segments.outgoing.segments,
  });
  // One at a time wants the port: a load behind a store waits, and the walker and execute are alone.
  const { walker } = m.nets({ walker: pages.memory.enable });
  const second = execute.second_write;
  io.data.enable.value = address.read.enable.or(memory.port.write, walker, second.valid);
  io.data.write.value = memory.port.write.or(second.valid, walker.and(pages.memory.write));
  // A store has the port whether or not a fault keeps it from writing.
  io.data.address.value = mux(walker, pages.memory.address, mux(second.valid, second.address,
    mux(memory.stores, memory.port.address, address.read.address)));
  io.data.mask.value = mux(walker, constant(15, 8), mux(second.valid, second.mask, memory.port.mask));
  io.data.wdata.value = mux(walker, pages.memory.wdata.zext(64), mux(second.valid, second.data, memory.port.data));

  const { in_flight } = m.nets({ in_flight: memory.valid.or(execute.occupied) });
  back.quiet.value = in_flight.not();
  back.lacks.value = decode.lacks;
  back.starved.value = decode.lacks.and(address.occupied.not(), in_flight.not(), execute.stopped.not());
  m.drive(back.paging, execute.paging);
  // Behind a jump, wrong guesses may have led into other pages, as far as the TLB had them.
  back.anew.value = execute.jump.valid.or(memory.jump.valid);
  back.hold.value = execute.hold;
  back.flush.value = execute.flush;
  back.stopped.value = execute.stopped;
  back.interrupting.value = execute.interrupting;
  back.loaded.value = execute.loaded;
  m.drive(back.write, execute.write);
  m.drive(back.result, execute.result);
  m.drive(back.flags, execute.flags);
  m.drive(back.esp, execute.esp);
  m.drive(back.state, execute.state);
  const { protected_mode, ...mode } = execute.mode;
  m.drive(back.mode, mode);
  back.protected_mode.value = protected_mode;
  back.vector_offset.value = execute.vector_offset;
  back.vector_half.value = execute.vector_half;
  lookup.level.value = execute.segment.level;
  m.drive(lookup.update, execute.segment.update);

  // --- who redirects whom: the later stage goes first -------------------------------------------------
  back.kill.value = execute.flush.or(memory.jump.likely.or(memory.micro.likely).and(execute.hold.not()));
  m.drive(back.micro, {
    valid: mux(execute.flush, execute.micro, memory.micro.valid),
    address: mux(execute.flush, mux(back.protected_mode,
      constant(exceptionEntry.protected, microcodeAddressWidth), exceptionEntry.real), memory.micro.address),
  });
  // Who has the target waits neither for the pipeline to move nor for faults: with a fault nobody has one, and where
  // fetch goes does not matter before the handler is reached.
  m.drive(back.redirect, {
    valid: execute.jump.valid.or(memory.jump.valid, decode.jump.valid),
    likely: execute.jump.likely.or(memory.jump.likely, decode.jump.likely),
    target: mux(execute.jump.likely, execute.jump.target,
      mux(memory.jump.likely, memory.jump.target, decode.jump.target)),
  });

  // --- devices, interrupts, probe ---------------------------------------------------------------------
  io.device.request.value = execute.device.request;
  io.device.write.value = execute.device.write;
  io.device.io.value = execute.device.io;
  io.device.address.value = execute.device.address;
  io.device.mask.value = execute.device.mask;
  io.device.wdata.value = execute.device.wdata;
  io.interrupt.acknowledge.value = execute.interrupt.acknowledge;
  io.running.cpl.value = mode.cpl;
  io.mpu.violation.valid.value = execute.violation.valid;
  io.mpu.violation.linear.value = execute.violation.linear;
  io.probe.retired.value = execute.probe.retired;
  io.probe.eip.value = execute.probe.address;
  io.probe.walking.value = pages.walking.or(address.paging.waits);
  io.probe.halted.value = execute.probe.halted;
  m.drive(io.probe.delivery, execute.probe.delivery);
  io.counter.number.value = memory.number;
});
