// The debug unit: stops the core, lets it go on or do one instruction, and looks at its registers and memory, all by
// request frames on the serial line; what it answers goes out between text and trace.
//
//   line ─▶ receiver ─▶ text                      body ─▶ framer ─▶ line
//              │ request                              ▲ answer
//              ▼                                      │
//            requests one at a time: run control, breakpoints, registers, memory
//
// The program does not notice it, but for time. A machine whose configuration says `locked` has none of it: the ports
// are there, the line goes through, nothing comes out, and the core is never stopped.
import {
  and, cat, constant, indexWidth, input, module, mux, output, reg, regNoReset, type Bit, type Bits, type Design,
  type Signal,
} from "#hdl-gen";
import { bytePort } from "../trace/ports.ts";
import { frameShape, frameTypes } from "../trace/wire.ts";
import { breakpoints } from "./breakpoints.ts";
import { debugCorePort, debugMemoryPort } from "./ports.ts";
import { requestReceiver } from "./receiver.ts";
import { breakpointCount, commands, requestPlaces, statuses, words_max, type DebugCommand } from "./requests.ts";
import { runControl } from "./run-control.ts";

export interface DebugConfig {
  /** For machines in use: there is no debug unit, and no way to switch one on. */
  readonly locked: boolean;
  /** After which a border without a frame is forgotten. */
  readonly silence_cycles?: number;
}

/** Longer than a USB bridge holds characters back, at 25 MHz or less. */
const silence_cycles_usual = 2 ** 20;

const ports = {
  line: { valid: input(1, "a character has come over the serial line"), data: input(8) },
  text: { valid: output(1, "it is text"), data: output(8) },
  body: bytePort,
  core: debugCorePort,
  memory: debugMemoryPort,
};

export const debugUnit = ({ locked, silence_cycles = silence_cycles_usual }: DebugConfig): Design<typeof ports> =>
  (locked ? absentUnit() : presentUnit(silence_cycles));

function absentUnit(): Design<typeof ports> {
  return module("no_debug", "In place of the debug unit, in machines that are locked.", ports, (m, io) => {
    m.drive(io.text, { valid: io.line.valid, data: io.line.data });
    io.core.fetched.breaks.value = 0;
    io.core.stop.value = 0;
    const { registers } = io.core;
    const zero = [
      registers.request, registers.write, registers.number, registers.wdata, io.memory.request, io.memory.write,
      io.memory.address, io.memory.mask, io.memory.wdata, io.body.valid, io.body.data, io.body.last,
    ];
    for (const one of zero) one.value = 0;
    m.unused(
      io.body.ready, io.memory.ready, io.memory.rdata, io.core.registers.ready, io.core.registers.rdata,
      io.core.fetched.address, io.core.boundary.reached, io.core.boundary.breaks, io.core.stopped,
      io.core.access.valid, io.core.access.write, io.core.access.first, io.core.access.last,
    );
  });
}

function presentUnit(silence_cycles: number): Design<typeof ports> {
  return module("debug", "Debug unit: stops the core, looks at registers and memory.", ports, (m, io) => {
    const { core, memory, body } = io;
    const r = m.regs({
      request: {
        number: regNoReset(frameShape.number_bits),
        command: regNoReset(8),
        operand: regNoReset(8),
        value: regNoReset(32, "moves on with the words of a row"),
      },
      place: regNoReset(placeBits, "in the request, of the byte that is looked at"),
      status: regNoReset(8, "of the answer"),
      words: regNoReset(4, "of the answer that are still to come"),
      word: regNoReset(32, "to be written, or to be sent"),
      at: regNoReset(2, "which byte of that word"),
      was_stopped: reg(1, 0, "in the clock before"),
      unasked: regNoReset(1, "what is said is the answer to no request"),
      tells: reg(1, 0, "the core has stopped, and nobody has been told"),
    });
    const { done } = m.nets({ done: 1 });
    const receiver = m.instance("receiver", requestReceiver({ silence_cycles }), {
      line: io.line, request: { place: r.place, done },
    });
    m.drive(io.text, receiver.text);
    const { data: byte, length } = receiver.request;
    const is = (command: DebugCommand): Bit => r.request.command.eq(commands[command].code);

    // What the request wants
    const { starts } = m.nets({ starts: 1 });
    const needsStop = Object.values(commands).filter((command) => "stopped" in command)
      .map(({ code }) => r.request.command.eq(code));
    const { judged } = m.nets({
      judged: mux(
        r.request.command.gt(lastCommand).or(length.lt(requestPlaces.data)), constant(statuses.unknown, 8),
        mux(core.stopped.not().and(anyOf(needsStop)), constant(statuses.running, 8), statuses.ok),
      ),
    });
    const { does } = m.nets({ does: starts.and(judged.eq(statuses.ok)) });
    const { reads_registers, reads_memory, writes_register, writes_memory } = m.nets({
      reads_registers: is("readRegister"), reads_memory: is("readMemory"),
      writes_register: is("writeRegister"), writes_memory: is("writeMemory"),
    });
    const words = mux(reads_registers, constant(1, 4), mux(reads_memory, atMost(r.request.operand, words_max), 0));

    const points = m.instance("breakpoints", breakpoints(breakpointCount), {
      set: {
        valid: does.and(is("setBreakpoint")), index: r.request.operand, kind: byte.slice(1, 0), address: r.request.value,
      },
      fetched: { address: core.fetched.address },
      access: core.access,
    });
    core.fetched.breaks.value = points.fetched.breaks;
    const control = m.instance("control", runControl(), {
      command: { halt: does.and(is("halt")), resume: does.and(is("resume")), step: does.and(is("step")) },
      boundary: core.boundary,
      watched: points.watched,
    });
    core.stop.value = control.stop;
    r.was_stopped.next = core.stopped;
    const { stops } = m.nets({ stops: core.stopped.and(r.was_stopped.not()) });
    m.when(stops, () => { r.tells.next = 1; });

    // Registers and memory
    const { accesses } = m.nets({ accesses: 1 });
    const registers = reads_registers.or(writes_register);
    const { writes } = m.nets({ writes: writes_register.or(writes_memory) });
    core.registers.request.value = accesses.and(registers);
    core.registers.write.value = writes;
    core.registers.number.value = r.request.operand;
    core.registers.wdata.value = r.request.value;
    memory.request.value = accesses.and(registers.not());
    memory.write.value = writes;
    memory.address.value = cat(r.request.value.slice(31, 2), constant(0, 2));
    memory.mask.value = mux(writes, r.request.operand.slice(3, 0), 0b1111);
    memory.wdata.value = r.word;
    const { answered } = m.nets({ answered: mux(registers, core.registers.ready, memory.ready) });

    // One after the other
    const state_byte = cat(control.watchpoint, constant(0, 1), control.reason, core.stopped);
    const { sent } = m.nets({ sent: body.valid.and(body.ready) });
    const answer = (data: Bits, last: Bit | 0): void => {
      body.valid.value = 1;
      body.data.value = data.as(8);
      body.last.value = last;
    };
    body.valid.value = 0;
    body.data.value = 0;
    body.last.value = 0;
    starts.value = 0;
    accesses.value = 0;
    const nextByte = (): void => {
      r.place.next = r.place.add(1);
      r.word.next = cat(byte, r.word.slice(31, 8));
      r.at.next = r.at.add(1);
    };
    m.fsm("state", {
      idle: (go) => {
        r.place.next = 0;
        r.at.next = 0;
        r.words.next = 0;
        r.status.next = statuses.ok;
        r.unasked.next = receiver.request.valid.not();
        m.when(receiver.request.valid, () => { go("load"); }).elsewhen(r.tells, () => {
          r.request.number.next = 0;
          r.tells.next = stops;
          go("head");
        });
      },
      load: (go) => {
        r.place.next = r.place.add(1);
        m.match(r.place, [
          [0, () => { r.request.number.next = byte.slice(frameShape.number_bits - 1, 0).as(frameShape.number_bits); }],
          [requestPlaces.command, () => { r.request.command.next = byte; }],
          [requestPlaces.operand, () => { r.request.operand.next = byte; }],
        ], () => { r.request.value.next = cat(byte, r.request.value.slice(31, 8)); });
        m.when(r.place.eq(requestPlaces.data - 1), () => { go("start"); });
      },
      start: (go) => {
        starts.value = 1;
        r.status.next = judged;
        m.when(judged.eq(statuses.ok), () => { r.words.next = words.as(4); });
        m.when(does.and(writes_register), () => { go("access"); })
          .elsewhen(does.and(writes_memory, length.gt(requestPlaces.data)), () => { go("data"); })
          .otherwise(() => { go("head"); });
      },
      data: (go) => {
        nextByte();
        m.when(r.at.eq(3), () => { go("access"); });
      },
      access: (go) => {
        accesses.value = 1;
        m.when(answered, () => {
          r.request.value.next = r.request.value.add(4);
          m.when(writes.not(), () => {
            r.word.next = mux(registers, core.registers.rdata, memory.rdata);
            go("word");
          }).elsewhen(writes_memory.and(r.place.lt(length)), () => { go("data"); }).otherwise(() => { go("head"); });
        });
      },
      head: (go) => {
        answer(cat(constant(frameTypes.answer, 8 - frameShape.number_bits), r.request.number), 0);
        m.when(sent, () => { go("status"); });
      },
      status: (go) => {
        answer(r.status, 0);
        m.when(sent, () => { go("state"); });
      },
      state: (go) => {
        const none = r.words.eq(0);
        answer(state_byte, none);
        m.when(sent, () => { m.when(none, () => { go("idle"); }).otherwise(() => { go("access"); }); });
      },
      word: (go) => {
        answer(r.word.slice(7, 0), and(r.at.eq(3), r.words.eq(1)));
        m.when(sent, () => {
          nextByte();
          m.when(r.at.eq(3), () => {
            r.words.next = r.words.sub(1);
            m.when(r.words.eq(1), () => { go("idle"); }).otherwise(() => { go("access"); });
          });
        });
      },
    });
    done.value = and(sent, body.last, r.unasked.not());
  });
}

const lastCommand = Math.max(...Object.values(commands).map(({ code }) => code));
const placeBits = indexWidth(frameShape.body_bytes_max + frameShape.crc_bytes + 1);

const anyOf = ([first, ...rest]: readonly Bit[]): Bit => (first === undefined ? constant(0, 1) : first.or(...rest));

/** As 4 bits. */
const atMost = (count: Signal<8>, limit: number): Bits<4> => mux(count.gt(limit), constant(limit, 4), count.slice(3, 0));
