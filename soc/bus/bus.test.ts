import { simulate } from "#hdl-gen";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ioMap, memoryMap } from "../memory-map.ts";
import { bus, deviceAccess_cycles, furtherByte_cycles } from "./bus.ts";

const test = suite("device bus");

interface Access {
  readonly io?: 0 | 1;
  readonly address: number;
  readonly mask?: number;
  readonly write?: 0 | 1;
  readonly wdata?: number;
}

const hex = (value: number): string => value.toString(16);

function busBench() {
  const sim = simulate(bus({ local_apic: memoryMap.localApic }, { uart: ioMap.uart }));
  const { cpu, memory: { local_apic }, io: { uart } } = sim.io;
  sim.reset();
  const seen: string[] = [];
  sim.watch(() => {
    if (local_apic.access === 1) {
      const what = local_apic.write === 1 ? `write ${hex(local_apic.wdata)} mask ${hex(local_apic.mask)}` : "read";
      seen.push(`apic ${hex(local_apic.address * 4)} ${what}`);
    }
    if (uart.access === 1) {
      seen.push(`uart ${uart.address} ${uart.write === 1 ? `write ${hex(uart.wdata)}` : "read"}`);
      uart.rdata = 0xa0 + uart.address;
    }
  });
  local_apic.rdata = 0x1234_5678;
  return {
    sim, seen,
    /** What is read, and the cycles from the request to ready. */
    access: ({ io = 0, address, mask = 0b1111, write = 0, wdata = 0 }: Access): { rdata: number; cycles: number } => {
      Object.assign(cpu, { request: 1, io, address, mask, write, wdata });
      const from = sim.cycle;
      while (cpu.ready === 0) sim.step();
      const answer = { rdata: cpu.rdata, cycles: sim.cycle - from };
      sim.step();
      cpu.request = 0;
      return answer;
    },
  };
}

test("a device of words is accessed once, and answers after the stated time", () => {
  const { access, seen } = busBench();
  assert.equal(access({ address: 0xfee0_0390 }), { rdata: 0x1234_5678, cycles: deviceAccess_cycles });
  assert.equal(access({ address: 0xfee0_0080, write: 1, wdata: 0x20 }).cycles, deviceAccess_cycles);
  assert.equal(seen, ["apic 390 read", "apic 80 write 20 mask f"]);
});

test("every port of a device of bytes is reached through its lane", () => {
  for (let port = 0; port < 8; port++) {
    const { access, seen } = busBench();
    const lane = port % 4;
    const at = { io: 1, address: 0x3f8 + port, mask: 1 << lane } as const;
    const { rdata, cycles } = access(at);
    assert.is((rdata >>> (8 * lane)) & 0xff, 0xa0 + port);
    assert.is(cycles, deviceAccess_cycles);
    access({ ...at, write: 1, wdata: (0x50 + port) << (8 * lane) });
    assert.equal(seen, [`uart ${port} read`, `uart ${port} write ${(0x50 + port).toString(16)}`]);
  }
});

test("a wider access to a device of bytes takes one byte after the other, lowest address first", () => {
  const { access, seen } = busBench();
  assert.equal(access({ io: 1, address: 0x3f9, mask: 0b0110 }), {
    rdata: 0xffa2_a1ff, cycles: deviceAccess_cycles + furtherByte_cycles,
  });
  const all = access({ io: 1, address: 0x3fc, write: 1, wdata: 0x4433_2211 });
  assert.is(all.cycles, deviceAccess_cycles + 3 * furtherByte_cycles);
  assert.equal(seen, [
    "uart 1 read", "uart 2 read", "uart 4 write 11", "uart 5 write 22", "uart 6 write 33", "uart 7 write 44",
  ]);
});

test("where nothing answers, reads give all ones after the same time, and writes reach no device", () => {
  const { access, seen } = busBench();
  for (const at of [
    { address: 0xfee0_1000 }, { address: 0xfedf_fffc }, { address: 0x8000_0000 }, { address: 0x3f8 },
    { io: 1, address: 0x3f0 }, { io: 1, address: 0x400 }, { io: 1, address: 0x60 },
  ] as const) {
    assert.equal(access(at), { rdata: 0xffff_ffff, cycles: deviceAccess_cycles });
    access({ ...at, write: 1 });
  }
  assert.equal(seen, []);
});

test("accesses may follow each other at once", () => {
  const { sim, seen } = busBench();
  Object.assign(sim.io.cpu, { request: 1, io: 0, address: 0xfee0_0020, mask: 0b1111, write: 0 });
  sim.step(2 * (deviceAccess_cycles + 1));
  assert.equal(seen, ["apic 20 read", "apic 20 read"]);
});

test("a device that does not lie on its own size is refused", () => {
  assert.throws(
    () => bus({ timer: { ...memoryMap.localApic, base: 0x800 } }, {}),
    /device "timer" must have 4096 addresses, from a multiple of that: change the memory map/,
  );
});

test.run();
