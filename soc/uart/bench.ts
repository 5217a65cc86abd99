// What the UART's tests are written with: its registers by name, and the other end of its serial line.
import { asyncInput, module, output, simulate } from "#hdl-gen";
import { byteDevice } from "../bus/ports.ts";
import { plainUart } from "./plain.ts";
import { uart16550 } from "./registers.ts";

type RegisterName = keyof typeof uart16550.registers;

export interface LineSettings {
  readonly clocksPerBit: number;
  readonly bits?: 5 | 6 | 7 | 8;
  readonly parity?: number;
  readonly stop?: number;
}

export const ticksPerBit = 25;

const { LCR, FCR, LSR, IIR } = uart16550.registers;
const mask = (field: { readonly lsb: number; readonly width: number }): number => (2 ** field.width - 1) << field.lsb;

/** Bits of the registers that tests set and look at. */
export const bit = {
  DLAB: mask(LCR.fields.DLAB), BREAK: mask(LCR.fields.BREAK), PEN: mask(LCR.fields.PEN), EPS: mask(LCR.fields.EPS),
  STICK: mask(LCR.fields.STICK), STB: mask(LCR.fields.STB),
  ENABLE: mask(FCR.fields.ENABLE), RX_RESET: mask(FCR.fields.RX_RESET), TX_RESET: mask(FCR.fields.TX_RESET),
  DR: mask(LSR.fields.DR), OE: mask(LSR.fields.OE), PE: mask(LSR.fields.PE), FE: mask(LSR.fields.FE),
  BI: mask(LSR.fields.BI), THRE: mask(LSR.fields.THRE), TEMT: mask(LSR.fields.TEMT),
  RX_FIFO_ERROR: mask(LSR.fields.RX_FIFO_ERROR),
  ID: mask(IIR.fields.ID),
  LOOP: mask(uart16550.registers.MCR.fields.LOOP),
} as const;
export const cause = IIR.fields.ID.values;
export const eightBits = LCR.fields.WLS.values.EIGHT;

const ports = { bus: byteDevice, rx: asyncInput(1), tx: output(1), interrupt_request: output(1) };

const serialPort = module("serial_port", "A UART with its line.", ports, (m, io) => {
  const { access, write, address, wdata } = io.bus;
  const placed = plainUart(m, { ticksPerBit }, { bus: { access, write, address, wdata }, rx: io.rx });
  io.bus.rdata.value = placed.bus.rdata;
  io.tx.value = placed.tx;
  io.interrupt_request.value = placed.interrupt_request;
});

export type UartBench = ReturnType<typeof uartBench>;

/** A UART after reset, eight data bits, with the divisor given. */
export function uartBench({ divisor = 1, fifos = false }: { divisor?: number; fifos?: boolean } = {}) {
  const sim = simulate(serialPort);
  const { io } = sim;
  io.rx = 1;
  sim.reset(4);

  const access = (register: RegisterName, write: 0 | 1, value: number): number => {
    io.bus.access = 1;
    io.bus.write = write;
    io.bus.address = uart16550.registers[register].offset;
    io.bus.wdata = value;
    const found = io.bus.rdata;
    sim.step();
    io.bus.access = 0;
    return found;
  };
  const write = (register: RegisterName, value: number): void => { access(register, 1, value); };
  const read = (register: RegisterName): number => access(register, 0, 0);

  /** Sends levels on the line that the UART listens to, `clocksPerBit` each. */
  const sendLevels = (levels: readonly number[], clocksPerBit: number): void => {
    for (const level of levels) {
      io.rx = level;
      sim.step(clocksPerBit);
    }
    io.rx = 1;
  };

  const bench = {
    sim, io, write, read, sendLevels,
    setDivisor(value: number): void {
      const lcr = read("LCR");
      write("LCR", lcr | bit.DLAB);
      write("DLL", value & 0xff);
      write("DLM", value >> 8);
      write("LCR", lcr);
    },
    /** A whole character, stop bit included. */
    send(data: number, { clocksPerBit, bits = 8, parity, stop = 1 }: LineSettings): void {
      const dataBits = Array.from({ length: bits }, (_, i) => (data >> i) & 1);
      sendLevels([0, ...dataBits, ...(parity === undefined ? [] : [parity]), stop], clocksPerBit);
    },
    /** The levels that the UART sends, and for how many clocks each, until it has been high for `idleClocks`. */
    listen(idleClocks: number): readonly (readonly [level: number, clocks: number])[] {
      const runs: [number, number][] = [];
      for (let quiet = 0; quiet < idleClocks; sim.step()) {
        const last = runs.at(-1);
        if (last?.[0] === io.tx) last[1]++;
        else runs.push([io.tx, 1]);
        quiet = io.tx === 1 ? quiet + 1 : 0;
      }
      return runs;
    },
    interruptCause: (): number => read("IIR") & bit.ID,
  };
  write("LCR", eightBits);
  if (fifos) write("FCR", bit.ENABLE);
  bench.setDivisor(divisor);
  return bench;
}
