// What the trace unit's tests are written with: the unit with its line, and someone who reads the line.
import { array, flip, input, module, reg, type Design } from "#hdl-gen";
import { wordDevice } from "../bus/ports.ts";
import { eventKinds } from "./events.ts";
import { decodeFrame, type Frame } from "./frame.ts";
import { framedLine } from "./framed-line.ts";
import { now_bits } from "./packer.ts";
import { eventPort, textPort } from "./ports.ts";
import { decodeIdent, decodeRecords, followingNumber, type TimedRecord } from "./records.ts";
import { traceUnit, type TraceConfig } from "./trace.ts";
import { traceShape } from "./wire.ts";

const ports = (reporters: number) => ({
  bus: wordDevice,
  running: input(8),
  events: array(reporters, flip(eventPort)),
  text: flip(textPort),
  line: textPort,
});

/** A trace unit with a clock of its own, on a line with text. */
export function tracedLine(config: TraceConfig): Design<ReturnType<typeof ports>> {
  return module("traced_line", "A trace unit on a line with text.", ports(config.reporters), (m, io) => {
    const { now } = m.regs({ now: reg(now_bits) });
    now.next = now.add(1);
    const { ready } = m.nets({ ready: 1 });
    const { access, write, address, mask, wdata } = io.bus;
    const trace = m.instance("trace", traceUnit(config), {
      bus: { access, write, address, mask, wdata }, now, running: io.running, events: io.events, body: { ready },
    });
    const line = m.instance("line", framedLine({ rows: 1 }), {
      framing: 1,
      bodies: [trace.body],
      text: { valid: io.text.valid, data: io.text.data },
      line: { ready: io.line.ready },
    });
    ready.value = line.bodies[0]?.ready ?? 0;
    io.bus.rdata.value = trace.bus.rdata;
    io.text.ready.value = line.text.ready;
    io.line.valid.value = line.line.valid;
    io.line.data.value = line.line.data;
  });
}

/** What stands on an undisturbed line: text, and the records with their times. */
export function readLine(bytes: readonly number[]): { readonly text: number[]; readonly records: TimedRecord[] } {
  const text: number[] = [];
  const records: TimedRecord[] = [];
  let between: number[] | undefined;
  let now = 0n;
  let expected: number | undefined;
  const read = ({ type, number, content }: Frame): void => {
    if (expected !== undefined && number !== expected) throw new Error(`frame ${number} follows ${expected}`);
    expected = followingNumber(number);
    if (type === "ident") {
      const ident = decodeIdent(content);
      if (ident === undefined) throw new Error("not an ident frame");
      now = ident.time;
      records.push({ kind: eventKinds.sync.code, task: 0, argument: ident.lost, time: now });
      return;
    }
    const { time_low, records: found } = decodeRecords(content) ?? { time_low: 0, records: [] };
    if (found.length === 0) throw new Error("not a trace frame");
    const first = now + BigInt.asUintN(traceShape.time_bits, BigInt(time_low) - now);
    for (const { offset_cycles, ...record } of found) records.push({ ...record, time: first + BigInt(offset_cycles) });
    now = records.at(-1)?.time ?? now;
  };
  for (const byte of bytes) {
    if (between === undefined) {
      if (byte === 0) between = [];
      else text.push(byte);
    } else if (byte === 0) {
      const frame = decodeFrame(Uint8Array.from(between));
      if (frame === undefined) throw new Error(`no frame: ${between.map((value) => value.toString(16)).join(" ")}`);
      read(frame);
      between = undefined;
    } else between.push(byte);
  }
  if (between !== undefined) throw new Error("the line ends within a frame");
  return { text, records };
}
