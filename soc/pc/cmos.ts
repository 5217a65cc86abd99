// The clock and its memory: all 128 bytes are a memory, so the date is whatever was written last.
import { and, module, mux, reg, type Design } from "#hdl-gen";
import { byteDevice } from "../bus/ports.ts";
import { part } from "../fields.ts";
import { pcIoMap } from "./memory-map.ts";
import { cmos as description } from "./registers.ts";

const KIB = 1024;
const MIB = 1024 * KIB;
const ports = { bus: byteDevice };
const { INDEX, DATA } = description.registers;
const bytesCount = 128;
const [statusC, statusD] = [0x0c, 0x0d];

export const cmos = (ramBytes: number): Design<typeof ports> =>
  module("clock_memory", description.doc, ports, (m, { bus }) => {
    const r = m.regs({ index: reg(7) });
    const bytes = m.memory("bytes", { width: 8, depth: bytesCount, init: cmosBytes(ramBytes) });
    const { at } = m.nets({
      at: {
        index: bus.address.eq(INDEX.offset - pcIoMap.cmos.base),
        data: bus.address.eq(DATA.offset - pcIoMap.cmos.base),
      },
    });
    const writes = bus.access.and(bus.write);
    m.when(writes.and(at.index), () => { r.index.next = part(bus.wdata, INDEX.fields.BYTE).as(7); });
    const { writable } = m.nets({ writable: and(r.index.ne(statusC), r.index.ne(statusD)) });
    bytes.write({ address: r.index, data: bus.wdata, enable: and(writes, at.data, writable) });
    bus.rdata.value = mux(at.data, bytes.readAsync(r.index), 0xff);
  });

/** What a BIOS would have found and written: 1 January 2026, a Thursday, midnight, in decimal digits. */
export function cmosBytes(ramBytes: number): readonly number[] {
  const bytes = Array<number>(bytesCount).fill(0);
  const word = (at: number, value: number): void => { [bytes[at], bytes[at + 1]] = [value & 0xff, value >> 8]; };
  bytes[0x06] = 5; // day of the week, Sunday is 1
  bytes[0x07] = 0x01; // day
  bytes[0x08] = 0x01; // month
  bytes[0x09] = 0x26; // year
  bytes[0x32] = 0x20; // century
  bytes[0x0a] = 0x26; // status A: the usual rates, no update under way
  bytes[0x0b] = 0x02; // status B: 24 hours
  bytes[statusD] = 0x80; // the battery is good
  bytes[0x14] = 0x20; // equipment: an 80-column display
  const above1M_KiB = Math.min((ramBytes - MIB) / KIB, 0xffff);
  word(0x15, 640);
  word(0x17, above1M_KiB);
  word(0x30, above1M_KiB);
  word(0x34, Math.max(ramBytes - 16 * MIB, 0) / (64 * KIB));
  const sum = bytes.slice(0x10, 0x2e).reduce((total, byte) => total + byte, 0);
  [bytes[0x2e], bytes[0x2f]] = [sum >> 8, sum & 0xff];
  return bytes;
}
