// The UART against the PC16550D data sheet.
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { bit, cause, eightBits, ticksPerBit, uartBench, type UartBench } from "./bench.ts";

const test = suite("16550");

/** What comes out of the line for one character, as levels of one bit time each; the stop bit ends it. */
function sentLevels(uart: UartBench, data: number, clocksPerBit: number): number[] {
  uart.write("THR", data);
  const runs = uart.listen(20 * clocksPerBit);
  const [, ...character] = runs[0]?.[0] === 1 ? runs : [undefined, ...runs];
  return character.slice(0, -1).flatMap((run) => {
    const [level, clocks] = run ?? [0, 0];
    assert.is(clocks % clocksPerBit, 0, `a level of ${clocks} clocks is no number of bits of ${clocksPerBit}`);
    return Array<number>(clocks / clocksPerBit).fill(level);
  });
}
const bitsOf = (data: number, count: number): number[] => Array.from({ length: count }, (_, i) => (data >> i) & 1);

for (const divisor of [1, 2, 9, 300]) {
  const clocksPerBit = divisor * ticksPerBit;
  test(`at divisor ${divisor} a bit sent takes exactly ${clocksPerBit} clocks`, () => {
    assert.equal(sentLevels(uartBench({ divisor }), 0x55, clocksPerBit), [0, 1, 0, 1, 0, 1, 0, 1, 0]);
  });
  test(`at divisor ${divisor} a character sent at that rate is received`, () => {
    const uart = uartBench({ divisor });
    for (const data of [0x00, 0xff, 0xa5, 0x01, 0x80]) {
      uart.send(data, { clocksPerBit });
      assert.is(uart.read("LSR"), bit.DR | bit.THRE | bit.TEMT);
      assert.is(uart.read("RBR"), data);
    }
  });
}

test("a divisor of 0 stops the line", () => {
  const uart = uartBench({ divisor: 0 });
  uart.write("THR", 0x55);
  assert.equal(uart.listen(2000), [[1, 2000]]);
});

test("words have five to eight bits", () => {
  for (const bits of [5, 6, 7, 8] as const) {
    const uart = uartBench();
    uart.write("LCR", bits - 5);
    assert.equal(sentLevels(uart, 0x95, ticksPerBit), trimmed([0, ...bitsOf(0x95, bits)]));
    uart.send(0x95, { clocksPerBit: ticksPerBit, bits });
    assert.is(uart.read("RBR"), 0x95 & (2 ** bits - 1));
  }
});
/** High levels at the end cannot be told from the stop bit. */
const trimmed = (levels: readonly number[]): number[] => levels.slice(0, levels.lastIndexOf(0) + 1);

test("parity is odd, even or stuck, and is checked", () => {
  const even = bit.PEN | bit.EPS;
  for (const [lcr, parityOf] of [
    [bit.PEN, (ones: number) => 1 - (ones & 1)],
    [even, (ones: number) => ones & 1],
    [bit.PEN | bit.STICK, () => 1],
    [even | bit.STICK, () => 0],
  ] as const) {
    for (const data of [0x13, 0x93]) {
      const uart = uartBench();
      uart.write("LCR", eightBits | lcr);
      const parity = parityOf(bitsOf(data, 8).filter((b) => b === 1).length);
      assert.equal(sentLevels(uart, data, ticksPerBit), trimmed([0, ...bitsOf(data, 8), parity]));
      uart.send(data, { clocksPerBit: ticksPerBit, parity });
      assert.is(uart.read("LSR") & bit.PE, 0);
      uart.read("RBR");
      uart.send(data, { clocksPerBit: ticksPerBit, parity: 1 - parity });
      assert.is(uart.read("LSR") & bit.PE, bit.PE);
    }
  }
});

test("characters follow each other after one, one and a half, or two stop bits", () => {
  for (const [lcr, bits, stopClocks] of [
    [eightBits, 8, ticksPerBit],
    [eightBits | bit.STB, 8, 2 * ticksPerBit],
    [bit.STB, 5, Math.ceil(1.5 * ticksPerBit)],
  ] as const) {
    const uart = uartBench({ fifos: true });
    uart.write("LCR", lcr);
    for (let i = 0; i < 3; i++) uart.write("THR", 0);
    const lowClocks = (1 + bits) * ticksPerBit;
    const runs = uart.listen(1000);
    assert.equal(runs.slice(1, 5), [
      [1, stopClocks], [0, lowClocks], [1, stopClocks], [0, lowClocks],
    ]);
  }
});

test("a sender whose clock is three per cent off is understood", () => {
  for (const clocksPerBit of [97, 103]) {
    const uart = uartBench({ divisor: 4, fifos: true });
    const sent = [0x00, 0xff, 0x55, 0xaa, 0x0f, 0x80];
    for (const data of sent) uart.send(data, { clocksPerBit });
    assert.equal(sent.map(() => uart.read("RBR")), sent);
    assert.is(uart.read("LSR"), bit.THRE | bit.TEMT);
  }
});

test("a low level shorter than half a bit is no start bit", () => {
  const uart = uartBench({ divisor: 4 });
  uart.sendLevels([0], 45);
  uart.sim.step(2000);
  assert.is(uart.read("LSR") & bit.DR, 0);
});

test("THRE means that a character may be written, TEMT that all is sent", () => {
  const uart = uartBench();
  uart.write("THR", 0);
  uart.write("THR", 0);
  assert.is(uart.read("LSR") & (bit.THRE | bit.TEMT), 0, "one in the shift register, one waits");
  uart.sim.step(10 * ticksPerBit);
  assert.is(uart.read("LSR") & (bit.THRE | bit.TEMT), bit.THRE, "the second is being sent");
  uart.sim.step(10 * ticksPerBit);
  assert.is(uart.read("LSR") & (bit.THRE | bit.TEMT), bit.THRE | bit.TEMT);
});

test("the transmitter's FIFO holds sixteen and drops what is written to it when full", () => {
  const uart = uartBench({ divisor: 0, fifos: true });
  for (let i = 0; i < 18; i++) uart.write("THR", i === 16 ? 0x7e : i);
  uart.write("MCR", bit.LOOP);
  uart.setDivisor(1);
  const sent: number[] = [];
  for (let i = 0; i < 20 * 11 * ticksPerBit; i++) {
    if ((uart.read("LSR") & bit.DR) !== 0) sent.push(uart.read("RBR"));
  }
  assert.equal(sent, Array.from({ length: 16 }, (_, i) => i));
});

test("with FIFOs the seventeenth character is lost, and OE says so until LSR is read", () => {
  const uart = uartBench({ fifos: true });
  for (let i = 0; i < 16; i++) uart.send(i, { clocksPerBit: ticksPerBit });
  assert.is(uart.read("LSR") & bit.OE, 0);
  uart.send(0xee, { clocksPerBit: ticksPerBit });
  assert.is(uart.read("LSR") & bit.OE, bit.OE);
  assert.is(uart.read("LSR") & bit.OE, 0);
  assert.equal(Array.from({ length: 16 }, () => uart.read("RBR")), Array.from({ length: 16 }, (_, i) => i));
  assert.is(uart.read("LSR") & bit.DR, 0);
});

test("without FIFOs a second character replaces the first, and OE says so", () => {
  const uart = uartBench();
  uart.send(0x11, { clocksPerBit: ticksPerBit });
  uart.send(0x22, { clocksPerBit: ticksPerBit });
  assert.is(uart.read("LSR") & (bit.OE | bit.DR), bit.OE | bit.DR);
  assert.is(uart.read("RBR"), 0x22);
  assert.is(uart.read("LSR") & (bit.OE | bit.DR), 0);
});

test("errors come to light with their character, in a FIFO that tells of them before", () => {
  const uart = uartBench({ fifos: true });
  uart.send(0x41, { clocksPerBit: ticksPerBit });
  uart.send(0x42, { clocksPerBit: ticksPerBit, stop: 0 });
  uart.sim.step(3 * ticksPerBit);
  uart.send(0x43, { clocksPerBit: ticksPerBit });
  const errors = bit.PE | bit.FE | bit.BI | bit.OE;
  assert.is(uart.read("LSR") & (errors | bit.RX_FIFO_ERROR), bit.RX_FIFO_ERROR);
  assert.is(uart.read("RBR"), 0x41);
  assert.is(uart.read("LSR") & (errors | bit.RX_FIFO_ERROR), bit.FE | bit.RX_FIFO_ERROR);
  assert.is(uart.read("LSR") & (errors | bit.RX_FIFO_ERROR), 0, "reading LSR clears them");
  assert.is(uart.read("RBR"), 0x42);
});

test("a break is one character 0 with BI and FE, however long it lasts", () => {
  const uart = uartBench({ fifos: true });
  uart.sendLevels(Array<number>(35).fill(0), ticksPerBit);
  uart.sim.step(2 * ticksPerBit);
  uart.send(0x77, { clocksPerBit: ticksPerBit });
  assert.is(uart.read("LSR") & (bit.BI | bit.FE | bit.DR), bit.BI | bit.FE | bit.DR);
  assert.equal([uart.read("RBR"), uart.read("RBR")], [0, 0x77]);
  assert.is(uart.read("LSR") & bit.DR, 0);
});

test("BREAK holds the line low", () => {
  const uart = uartBench();
  uart.write("LCR", eightBits | bit.BREAK);
  assert.is(uart.io.tx, 0);
  uart.write("LCR", eightBits);
  assert.is(uart.io.tx, 1);
});

[1, 4, 8, 14].forEach((level, code) => {
  test(`at trigger level ${level} that many characters interrupt`, () => {
    const uart = uartBench({ fifos: true });
    uart.write("FCR", bit.ENABLE | (code << 6));
    uart.write("IER", 1);
    for (let i = 1; i < level; i++) uart.send(i, { clocksPerBit: ticksPerBit });
    assert.is(uart.io.interrupt_request, 0);
    uart.send(level, { clocksPerBit: ticksPerBit });
    assert.is(uart.io.interrupt_request, 1);
    assert.is(uart.interruptCause(), cause.DATA_AVAILABLE);
    uart.read("RBR");
    assert.is(uart.io.interrupt_request, 0);
  });
});

test("characters below the trigger level are reported after four character times, until one is read", () => {
  for (const divisor of [1, 3]) {
    const clocksPerBit = divisor * ticksPerBit;
    const uart = uartBench({ divisor, fifos: true });
    uart.write("FCR", bit.ENABLE | (3 << 6));
    uart.write("IER", 1);
    uart.send(0x10, { clocksPerBit });
    uart.send(0x20, { clocksPerBit });
    const from = uart.sim.cycle;
    uart.sim.until(() => uart.io.interrupt_request === 1, 50 * clocksPerBit);
    const characters = (uart.sim.cycle - from) / (10 * clocksPerBit);
    assert.ok(characters > 3.9 && characters < 4, `${characters} after the end, 4 after the middle of the stop bit`);
    assert.is(uart.interruptCause(), cause.CHARACTER_TIMEOUT);
    uart.send(0x30, { clocksPerBit });
    assert.is(uart.interruptCause(), cause.CHARACTER_TIMEOUT, "another character does not take it back");
    uart.read("RBR");
    assert.is(uart.io.interrupt_request, 0);
    uart.sim.until(() => uart.io.interrupt_request === 1, 41 * clocksPerBit);
  }
});

test("IIR names the most urgent of all causes, in the data sheet's order", () => {
  const uart = uartBench({ fifos: true });
  uart.write("IER", 0b1111);
  uart.write("MCR", bit.LOOP);
  uart.write("MCR", 0);
  uart.sendLevels(Array<number>(12).fill(0), ticksPerBit);
  uart.sim.step(50 * ticksPerBit);
  assert.is(uart.interruptCause(), cause.LINE_STATUS);
  uart.read("LSR");
  assert.is(uart.interruptCause(), cause.DATA_AVAILABLE);
  uart.read("RBR");
  assert.is(uart.interruptCause(), cause.THR_EMPTY);
  assert.is(uart.interruptCause(), cause.MODEM_STATUS);
  uart.read("MSR");
  assert.is(uart.interruptCause(), cause.NONE);
  assert.is(uart.io.interrupt_request, 0);
});

test("the transmitter's interrupt comes when enabled and each time the FIFO empties, and is reported once", () => {
  const uart = uartBench();
  uart.write("IER", 2);
  assert.is(uart.io.interrupt_request, 1);
  assert.is(uart.interruptCause(), cause.THR_EMPTY);
  assert.is(uart.interruptCause(), cause.NONE);
  uart.write("IER", 0);
  uart.write("IER", 2);
  assert.is(uart.io.interrupt_request, 1);
  uart.write("THR", 0x31);
  assert.is(uart.io.interrupt_request, 0, "writing a character takes it back");
  uart.sim.step(3);
  assert.is(uart.io.interrupt_request, 1, "the character went on to the shift register");
  uart.write("THR", 0x32);
  uart.sim.step(5 * ticksPerBit);
  assert.is(uart.io.interrupt_request, 0);
  uart.sim.step(6 * ticksPerBit);
  assert.is(uart.interruptCause(), cause.THR_EMPTY);
});

test("IIR's upper bits say whether there are FIFOs", () => {
  const uart = uartBench();
  assert.is(uart.read("IIR"), 0x01);
  uart.write("FCR", bit.ENABLE);
  assert.is(uart.read("IIR"), 0xc1);
});

test("in loopback the line stays high and what is sent is received", () => {
  const uart = uartBench({ fifos: true });
  uart.write("MCR", bit.LOOP);
  uart.io.rx = 0;
  for (const data of [0xc3, 0x3c]) uart.write("THR", data);
  let low = 0;
  const stop = uart.sim.watch(() => { low += 1 - uart.io.tx; });
  uart.sim.step(25 * ticksPerBit);
  stop();
  assert.is(low, 0);
  assert.equal([uart.read("RBR"), uart.read("RBR")], [0xc3, 0x3c]);
});

test("in loopback MCR drives MSR, which tells of changes until it is read", () => {
  const uart = uartBench();
  assert.is(uart.read("MSR"), 0xb0);
  uart.write("MCR", bit.LOOP);
  uart.sim.step();
  assert.is(uart.read("MSR"), 0x0b, "CTS, DSR and DCD have gone");
  assert.is(uart.read("MSR"), 0x00);
  uart.write("MCR", bit.LOOP | 0b0100);
  uart.sim.step();
  assert.is(uart.read("MSR"), 0x40, "RI: only its end is an event");
  uart.write("MCR", bit.LOOP | 0b1010);
  uart.sim.step();
  assert.is(uart.read("MSR"), 0x90 | 0b1101, "RTS and OUT2 on, OUT1 off");
});

test("switching the FIFOs, or a reset bit, empties them; without ENABLE, FCR's other bits do nothing", () => {
  const uart = uartBench({ fifos: true });
  uart.send(0x10, { clocksPerBit: ticksPerBit });
  uart.write("FCR", bit.ENABLE);
  assert.is(uart.read("LSR") & bit.DR, bit.DR, "no change");
  uart.write("FCR", bit.ENABLE | bit.RX_RESET);
  assert.is(uart.read("LSR") & bit.DR, 0);
  uart.send(0x20, { clocksPerBit: ticksPerBit });
  uart.write("FCR", 0);
  assert.is(uart.read("LSR") & bit.DR, 0);
  uart.send(0x30, { clocksPerBit: ticksPerBit });
  uart.write("FCR", bit.RX_RESET);
  assert.is(uart.read("LSR") & bit.DR, bit.DR);
  uart.setDivisor(0);
  uart.write("FCR", bit.ENABLE);
  for (let i = 0; i < 4; i++) uart.write("THR", i);
  uart.write("FCR", bit.ENABLE | bit.TX_RESET);
  assert.is(uart.read("LSR") & bit.THRE, bit.THRE);
});

test("DLAB puts the divisor latch in the place of data and IER; SCR keeps what is written", () => {
  const uart = uartBench();
  uart.write("IER", 0x05);
  uart.write("SCR", 0x5a);
  uart.write("LCR", eightBits | bit.DLAB);
  uart.write("DLL", 0x34);
  uart.write("DLM", 0x12);
  assert.equal([uart.read("DLL"), uart.read("DLM")], [0x34, 0x12]);
  uart.write("LCR", eightBits);
  assert.is(uart.read("IER"), 0x05);
  assert.is(uart.read("SCR"), 0x5a);
  assert.is(uart.read("LCR"), eightBits);
});

test.run();
