// The debug unit's way to the core: what it may watch, and the registers that it reads and writes while the core stands.
import { constant, mux, select, type Bit, type Bits } from "#hdl-gen";
import { debugRegisters } from "../debug/requests.ts";
import type { Execute } from "./execute-registers.ts";

type Name = (typeof debugRegisters)[number];

export const debugNumber = (name: Name): number => debugRegisters.indexOf(name);

interface Given {
  readonly completes: Bit;
  readonly shown_all_flags: Bits<32>;
  /** It writes this register now. */
  readonly does_debug: (name: Name) => Bit;
}

export function answerDebugUnit({ m, io, r, x }: Execute, { completes, shown_all_flags, does_debug }: Given): void {
  const { registers } = io.debug;
  io.debug.stopped.value = r.parked.and(r.for_debug);
  registers.ready.value = registers.request.and(io.debug.stopped);
  m.drive(io.debug.access, {
    valid: completes.and(x.memory.is("load", "modify", "store")),
    write: x.memory.is("store"),
    first: x.linear,
    last: x.linear.add(mux(x.source.is("byte"), constant(0, 32), mux(x.source.is("word"), constant(1, 32), 3))),
  });
  registers.rdata.value = select(registers.number.slice(4, 0), debugRegisters.map((name) => {
    if (name === "esp") return r.esp;
    if (name === "eip") return r.saved_eip;
    if (name === "eflags") return shown_all_flags;
    return debugNumber(name) < debugNumber("eip") ? io.debug.general : io.debug.shown;
  }));
  m.when(does_debug("eip"), () => { r.saved_eip.next = registers.wdata; });
  m.when(does_debug("esp"), () => { r.instruction_esp.next = registers.wdata; });
}
