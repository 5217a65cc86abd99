// The machine's serial line: the UART's text, the trace's frames between it, and the debug unit's in both directions.
import {
  constant, mux, type Bit, type Bits, type Builder, type Flipped, type Given, type Yields,
} from "#hdl-gen";
import type { byteDevice } from "./bus/ports.ts";
import { debugUnit, type DebugConfig } from "./debug/debug.ts";
import { noDebug } from "./debug/ports.ts";
import { debugRegisters } from "./debug/requests.ts";
import { framedLine } from "./trace/framed-line.ts";
import type { bytePort } from "./trace/ports.ts";
import { plainUart } from "./uart/plain.ts";
import { uart, type UartConfig } from "./uart/uart.ts";

type Debug = ReturnType<typeof debugUnit>["ports"];

interface Surroundings {
  readonly bus: Yields<Flipped<typeof byteDevice>>;
  readonly rx: Parameters<typeof plainUart>[2]["rx"];
  /** Frames' bodies of the trace unit, if there is one. */
  readonly trace: Yields<typeof bytePort> | undefined;
  readonly debug: {
    readonly config: DebugConfig | undefined;
    readonly core: Given<Debug>["core"];
    /** The register that the unit asks the core for. */
    readonly number: Bits<8>;
    /** Which task's registers these are, the core does not know. */
    readonly task: Bits<8>;
    readonly memory: Given<Debug>["memory"];
  };
}

export interface SerialLine {
  readonly tx: Bit;
  readonly interrupt_request: Bit;
  readonly rdata: Yields<typeof byteDevice>["rdata"];
  /** A byte of the trace's body is taken. */
  readonly trace_taken: Bit;
  /** To the core, and to memory and devices. */
  readonly debug: { readonly core: Given<Flipped<Debug["core"]>>; readonly memory: Given<Flipped<Debug["memory"]>> };
}

const noMemory = { request: 0, write: 0, address: 0, mask: 0, wdata: 0 } as const;

export function placeSerialLine(m: Builder, config: UartConfig, { bus, rx, trace, debug }: Surroundings): SerialLine {
  if (trace === undefined && debug.config === undefined) {
    const { tx, interrupt_request, bus: { rdata } } = plainUart(m, config, { bus, rx });
    return { tx, interrupt_request, rdata, trace_taken: constant(0, 1), debug: { core: noDebug, memory: noMemory } };
  }
  const { outgoing } = m.nets({
    outgoing: { text_ready: 1, line: { valid: 1, data: 8, ready: 1 }, is_text: 1, debug_taken: 1 },
  });
  const placed = m.instance("serial", uart(config), {
    bus, rx, text: { ready: outgoing.text_ready },
    line: { valid: outgoing.line.valid, data: outgoing.line.data },
    heard: { is_text: outgoing.is_text },
  });
  const unit = debug.config === undefined ? undefined : m.instance("debugger", debugUnit(debug.config), {
    line: placed.heard, core: withTask(m, debug), memory: debug.memory, body: { ready: outgoing.debug_taken },
  });
  outgoing.is_text.value = unit?.text.valid ?? 1;
  if (unit === undefined) m.unused(placed.heard.valid, placed.heard.data);
  else m.unused(unit.text.data);

  // What the debug unit answers goes before the trace.
  const bodies = [...(unit === undefined ? [] : [unit.body]), ...(trace === undefined ? [] : [trace])];
  const line = m.instance("line", framedLine({ rows: bodies.length }), {
    framing: 1, bodies, text: placed.text, line: { ready: outgoing.line.ready },
  });
  outgoing.text_ready.value = line.text.ready;
  m.drive(outgoing.line, { ...line.line, ready: placed.line.ready });
  const taken = line.bodies.map(({ ready }) => ready);
  outgoing.debug_taken.value = unit === undefined ? 0 : taken[0] ?? 0;
  if (unit === undefined) m.unused(outgoing.debug_taken);
  return {
    tx: placed.tx, interrupt_request: placed.interrupt_request, rdata: placed.bus.rdata,
    trace_taken: (trace === undefined ? undefined : taken.at(-1)) ?? constant(0, 1),
    debug: unit === undefined ? { core: noDebug, memory: noMemory } : { core: unit.core, memory: unit.memory },
  };
}

function withTask(m: Builder, { core, number, task }: Surroundings["debug"]): Given<Debug>["core"] {
  const { asks_task } = m.nets({ asks_task: number.eq(debugRegisters.indexOf("task")) });
  const { ready, rdata } = core.registers;
  return { ...core, registers: { ready, rdata: mux(asks_task, task.zext(32), rdata) } };
}
