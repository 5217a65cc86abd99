// The core: an in-order pipeline of decode, address, memory and execute behind a fetch queue. Each stage has a file of
// its own; here they are put together. docs/cpu.md has the picture.
import { constant, input, module, mux, net, output, type Bit, type Bits } from "#hdl-gen";
import { addressStage } from "./address.ts";
import { executeStage } from "./execute.ts";
import { fetchQueue } from "./fetch.ts";
import { memoryStage } from "./memory.ts";
import { microcodeLabels } from "./microcode.ts";
import { Segment } from "./microop.ts";
import { microcodeAddressWidth } from "./microstore.ts";
import { registerFile } from "./registers.ts";
import { segmentFile } from "./segments.ts";
import { sequencer } from "./sequencer.ts";

/** Where the microcode delivers an exception. */
const exceptionEntry = microcodeLabels.get("exception")!;

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
  probe: {
    retired: output(1, "an instruction is complete"),
    eip: output(32, "its linear address"),
    halted: output(1, "by HLT, or shut down"),
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
    redirect: { valid: 1, target: 32 },
    micro: { valid: 1, address: microcodeAddressWidth },
    // Registers: the one write, the four reads, the write to wait for
    write: { number: 4, lanes: 4, value: 32 },
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
      vector_offset: 32,
      saved_eip: 32,
      error_code: 16,
      control: 32,
      has_error_code: 1,
      protected_mode: 1,
    },
  });
  // What the stages ask of the segment registers.
  const lookup = m.nets({
    base_of: Segment,
    access: { segment: Segment, offset: 32, last: 33, writes: 1 },
    selector_of: Segment,
    update: {
      segment: Segment,
      selector: 1,
      real: 1,
      descriptor: 1,
      nothing: 1,
      table_base: 1,
      table_limit: 1,
      a: 32,
      b: 32,
    },
  });

  // --- the parts, in pipeline order -------------------------------------------------------------------
  const queue = m.instance("fetch_queue", fetchQueue, {
    redirect: back.redirect,
    go: back.go,
    take: back.take,
    memory: { data: io.fetch.data },
  });
  io.fetch.enable.value = queue.memory.enable;
  io.fetch.address.value = queue.memory.address;

  const n = back.number;
  const registers = m.instance("register_file", registerFile, {
    base: { number: n.base },
    index: { number: n.index },
    a: { number: n.a },
    b: { number: n.b },
    write: back.write,
  });
  const segments = m.instance("segment_file", segmentFile, lookup);

  const decode = m.instance("sequencer", sequencer, {
    window: queue.window,
    available: queue.available,
    address: queue.address,
    code_big: segments.code.big,
    stack_big: segments.stack.big,
    go: back.go,
    condition_ahead: back.condition_ahead,
    flush: back.kill,
    micro: back.micro,
    stopped: back.stopped,
  });
  back.take.value = decode.take;

  const address = m.instance("address_stage", addressStage, {
    valid: decode.valid,
    step: decode.step,
    hold: back.hold,
    kill: back.kill,
    base: registers.base,
    index: registers.index,
    write: back.write,
    pending: back.pending,
    stores: back.stores,
    esp: back.esp,
    segment: { base: segments.base },
    code_base: segments.code.base,
    stack_big: segments.stack.big,
  });
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
    write: back.write,
    flags: back.flags,
    loaded: back.loaded,
    state: back.state,
    access: { violation: segments.access.violation },
    segment: {
      selector: segments.selector,
      table_base: segments.table_base,
      table_limit: segments.table_limit,
      code_base: segments.code.base,
    },
    port: { read: io.data.rdata },
  });
  n.a.value = memory.a.number;
  n.b.value = memory.b.number;
  lookup.selector_of.value = memory.segment.of;
  m.drive(lookup.access, memory.access);
  m.drive(back.pending, memory.pending);
  back.stores.value = memory.stores;
  // Only one of the two wants the port: a load behind a store waits.
  io.data.enable.value = address.read.enable.or(memory.port.write);
  io.data.write.value = memory.port.write;
  io.data.address.value = mux(memory.port.write, memory.port.address, address.read.address);
  io.data.mask.value = memory.port.mask;
  io.data.wdata.value = memory.port.data;

  const execute = m.instance("execute_stage", executeStage, {
    arrives: memory.valid,
    operands: memory.operands,
    memory_value: memory.memory_value,
    control: memory.control,
    segment: { code_base: segments.code.base, refused: segments.refused },
    device: { ready: io.device.ready, rdata: io.device.rdata },
    interrupt: { request: io.interrupt.request, vector: io.interrupt.vector },
  });
  back.hold.value = execute.hold;
  back.flush.value = execute.flush;
  back.stopped.value = execute.stopped;
  back.interrupting.value = execute.interrupting;
  back.loaded.value = execute.loaded;
  m.drive(back.write, execute.write);
  m.drive(back.flags, execute.flags);
  m.drive(back.esp, execute.esp);
  m.drive(back.state, execute.state);
  m.drive(lookup.update, execute.segment.update);

  // --- who redirects whom: the later stage goes first -------------------------------------------------
  back.kill.value = execute.flush.or(memory.jump.valid, memory.micro.valid);
  m.drive(back.micro, {
    valid: mux(execute.flush, execute.micro, memory.micro.valid),
    address: mux(execute.flush, constant(exceptionEntry, microcodeAddressWidth), memory.micro.address),
  });
  m.drive(back.redirect, {
    valid: execute.jump.valid.or(memory.jump.valid, decode.jump.valid),
    target: mux(execute.jump.valid, execute.jump.target,
      mux(memory.jump.valid, memory.jump.target, decode.jump.target)),
  });

  // --- devices, interrupts, probe ---------------------------------------------------------------------
  io.device.request.value = execute.device.request;
  io.device.write.value = execute.device.write;
  io.device.io.value = execute.device.io;
  io.device.address.value = execute.device.address;
  io.device.mask.value = execute.device.mask;
  io.device.wdata.value = execute.device.wdata;
  io.interrupt.acknowledge.value = execute.interrupt.acknowledge;
  io.probe.retired.value = execute.probe.retired;
  io.probe.eip.value = execute.probe.address;
  io.probe.halted.value = execute.probe.halted;
});
