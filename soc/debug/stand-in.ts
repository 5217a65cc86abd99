// A core for the debug unit's tests, small enough to see at once what it does: the instruction at address a takes 1 to 3
// clocks, adds a to register a mod 8, and stores the sum at 4 (a mod 16) if a is odd. Its program ends nowhere.
import {
  array, cat, constant, flip, input, module, mux, output, reg, regNoReset, select, type Bits, type Design,
} from "#hdl-gen";
import { debugUnit, type DebugConfig } from "./debug.ts";
import { debugCorePort, debugMemoryPort } from "./ports.ts";
import { debugRegisters } from "./requests.ts";

const corePorts = {
  debug: flip(debugCorePort),
  memory: flip(debugMemoryPort),
  begins: output(1, "an instruction does"),
  eip: output(32, "which"),
  waits: input(1, "memory and registers take their time to answer the debug unit"),
};

const generalCount = 8;
const eipNumber = debugRegisters.indexOf("eip");

function standInCore(): Design<typeof corePorts> {
  const doc = "Runs made-up instructions, for the debug unit's tests.";
  return module("stand_in_core", doc, corePorts, (m, { debug, memory, ...io }) => {
    const r = m.regs({
      next: reg(32, 0x100, "address of the instruction that comes next"),
      marked: regNoReset(1, "it has a breakpoint"),
      runs: regNoReset(32, "address of the one that runs"),
      clocks: regNoReset(2, "that it still takes"),
      general: array(generalCount, reg(32)),
    });
    const ram = m.memory("ram", { width: 32, depth: 16 });
    const { sum, stores } = m.nets({ sum: select(r.runs.slice(2, 0), r.general).add(r.runs), stores: 1 });
    m.drive(debug.access, { valid: stores, write: 1, first: storeAddress(r.runs), last: storeAddress(r.runs).or(3) });
    debug.fetched.address.value = r.next;
    debug.boundary.breaks.value = r.marked;
    debug.boundary.reached.value = 0;
    stores.value = 0;
    io.begins.value = 0;
    io.eip.value = r.next;
    const state = m.fsm("state", {
      decode: (go) => {
        r.marked.next = debug.fetched.breaks;
        go("boundary");
      },
      boundary: (go) => {
        debug.boundary.reached.value = 1;
        m.when(debug.stop, () => { go("decode"); }).otherwise(() => {
          io.begins.value = 1;
          r.runs.next = r.next;
          r.next.next = r.next.add(1);
          r.clocks.next = mux(r.next.slice(1, 0).eq(3), 0, r.next.slice(1, 0));
          go("run");
        });
      },
      run: (go) => {
        m.when(r.clocks.eq(0), () => {
          stores.value = r.runs.bit(0);
          r.general.forEach((one, i) => { m.when(r.runs.slice(2, 0).eq(i), () => { one.next = sum; }); });
          go("decode");
        }).otherwise(() => { r.clocks.next = r.clocks.sub(1); });
      },
    });
    debug.stopped.value = debug.stop.and(state.run.not());

    const { registers } = debug;
    const { writes_register, writes_memory } = m.nets({
      writes_register: registers.request.and(registers.write, registers.ready),
      writes_memory: memory.request.and(memory.write, memory.ready),
    });
    registers.ready.value = io.waits.not();
    const { chosen } = m.nets({ chosen: select(registers.number.slice(2, 0), r.general) });
    registers.rdata.value = mux(registers.number.eq(eipNumber), r.next, chosen);
    m.when(writes_register, () => {
      r.general.forEach((one, i) => { m.when(registers.number.eq(i), () => { one.next = registers.wdata; }); });
      m.when(registers.number.eq(eipNumber), () => { r.next.next = registers.wdata; });
    });
    const { place } = m.nets({ place: memory.address.slice(5, 2) });
    memory.ready.value = io.waits.not();
    memory.rdata.value = ram.readAsync(place);
    const { stored } = m.nets({
      stored: { data: mux(writes_memory, memory.wdata, sum), bytes: mux(writes_memory, memory.mask, 0b1111) },
    });
    ram.write({
      address: mux(writes_memory, place, r.runs.slice(3, 0)), data: stored.data,
      enable: writes_memory.or(stores), byteEnable: stored.bytes,
    });
    m.unused(memory.address.slice(31, 6), memory.address.slice(1, 0));
  });
}

const storeAddress = (address: Bits<32>): Bits<32> => cat(constant(0, 26), address.slice(3, 0), constant(0, 2));

const ports = {
  line: { valid: input(1), data: input(8) },
  text: { valid: output(1), data: output(8) },
  body: { valid: output(1), ready: input(1), data: output(8), last: output(1) },
  waits: input(1),
  begins: output(1),
  eip: output(32),
};

/** The core with a debug unit, of which the outside sees the line. */
export const debuggedStandIn = (config: DebugConfig): Design<typeof ports> =>
  module("debugged_stand_in", "The debug unit and a core.", ports, (m, io) => {
    const wires = m.nets({
      fetched: { address: 32 },
      boundary: { reached: 1, breaks: 1 },
      stopped: 1,
      access: { valid: 1, write: 1, first: 32, last: 32 },
      registers: { ready: 1, rdata: 32 },
      memory: { ready: 1, rdata: 32 },
    });
    const { memory, ...debug } = wires;
    const unit = m.instance("unit", debugUnit(config), {
      line: io.line, body: { ready: io.body.ready }, core: debug, memory,
    });
    const core = m.instance("core", standInCore(), { debug: unit.core, memory: unit.memory, waits: io.waits });
    m.drive(wires, { ...core.debug, memory: core.memory });
    m.drive(io.text, unit.text);
    io.body.valid.value = unit.body.valid;
    io.body.data.value = unit.body.data;
    io.body.last.value = unit.body.last;
    io.begins.value = core.begins;
    io.eip.value = core.eip;
  });
