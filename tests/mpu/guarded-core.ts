// The core with the MPU at its side, in hdl-gen's simulator: RAM, the MPU's page, and a page of addresses at which
// nothing answers but that it is seen when the core asks for them.
import { module, output, simulate, type Bit, type Bits, type Simulation } from "#hdl-gen";

import { bus } from "../../soc/bus/bus.ts";
import { noSwitch } from "../../soc/cpu/context.ts";
import { cpu } from "../../soc/cpu/cpu.ts";
import { noDebug } from "../../soc/debug/ports.ts";
import { corePorts } from "../../soc/machine.ts";
import { mpu } from "../../soc/mpu/mpu.ts";
import { mpuConfig } from "../../soc/mpu/shape.ts";
import { eventPort } from "../../soc/trace/ports.ts";

export const ram_bytes = 0x20000;
export const image_first = 0x1000;
export const mpu_first = 0xfee10000;
export const device_first = 0xfee20000;
const reset_address = 0xfffffff0;
/** JMP 0:1000h, where the processor begins. */
const resetCode = [0xea, 0x00, 0x10, 0x00, 0x00];

const onChip = (address: Bits<32>): Bit =>
  address.slice(31, Math.log2(ram_bytes)).eq(0).or(address.slice(31, 16).eq(reset_address >>> 16));

const ports = {
  fetch: corePorts.fetch,
  data: corePorts.data,
  probe: corePorts.probe,
  device: { request: output(1), address: output(32) },
  event: eventPort,
};

const guardedCore = module("guarded_core", "The core with an MPU.", ports, (m, io) => {
  const wires = m.nets({
    device: { ready: 1, rdata: 32 },
    mpu: {
      data: { refuses: { read: 1, write: 1 } },
      other: { refuses: { read: 1, write: 1 } },
      fetch: { refuses: { first: 1, second: 1 } },
    },
    mpu_rdata: 32,
  });
  const core = m.instance("cpu", cpu({ onChip }), {
    fetch: { data: io.fetch.data }, data: { rdata: io.data.rdata }, device: wires.device,
    interrupt: { request: 0, vector: 0 }, switch: noSwitch, mpu: wires.mpu,
    debug: noDebug, now: 0, counter: { value: 0 },
  });
  const page = { base: mpu_first, size: 4096, kind: "device", doc: "the MPU" } as const;
  const portsOfNobody = { base: 0x3f8, size: 8, doc: "nothing" } as const;
  const devices = m.instance("bus", bus({ mpu: page }, { nobody: portsOfNobody }), {
    cpu: core.device, memory: { mpu: { rdata: wires.mpu_rdata } }, io: { nobody: { rdata: 0xff } },
  });
  m.drive(wires.device, devices.cpu);
  const guard = m.instance("mpu", mpu(mpuConfig), {
    core: core.mpu,
    dma: { granule: 0, crosses: 0, ring: 0 },
    next: { valid: 0, task: 0 },
    exchange: 0,
    bus: devices.memory.mpu,
  });
  wires.mpu_rdata.value = guard.bus.rdata;
  m.drive(wires.mpu, guard.core);
  m.unused(guard.dma.refuses.read, guard.dma.refuses.write, guard.next.ready);
  io.fetch.enable.value = core.fetch.enable;
  io.fetch.address.value = core.fetch.address;
  io.data.enable.value = core.data.enable;
  io.data.write.value = core.data.write;
  io.data.address.value = core.data.address;
  io.data.mask.value = core.data.mask;
  io.data.wdata.value = core.data.wdata;
  m.drive(io.probe, core.probe);
  m.drive(io.device, { request: core.device.request, address: core.device.address });
  m.drive(io.event, guard.event);
});

export interface Ran {
  readonly ram: DataView;
  /** Clock and linear address of each instruction, as it was complete. */
  readonly retired: readonly { readonly clock: number; readonly eip: number }[];
  /** Addresses beyond RAM that the core asked for, other than the MPU's page. */
  readonly devices: readonly number[];
  /** Of the MPU's trace events, the addresses. */
  readonly violations: readonly number[];
}

/** Until the core halts; throws if it does not. */
export function run(image: Uint8Array, clocks_max: number): Ran {
  const sim: Simulation<typeof ports> = simulate(guardedCore).reset();
  const { io } = sim;
  const bytes = new Uint8Array(ram_bytes + 8);
  bytes.set(image, image_first);
  const ram = new DataView(bytes.buffer);
  const window = (address: number): bigint => {
    if (address + 8 <= ram_bytes) return ram.getBigUint64(address, true);
    let all = 0n;
    for (let i = 7; i >= 0; i--) all = (all << 8n) | BigInt(resetCode[address + i - reset_address] ?? 0);
    return all;
  };
  const retired: { clock: number; eip: number }[] = [];
  const devices: number[] = [];
  const violations: number[] = [];
  let asked = false;
  for (let clock = 0; clock < clocks_max; clock++) {
    if (io.probe.retired === 1) retired.push({ clock, eip: io.probe.eip });
    if (io.event.valid === 1) violations.push(io.event.argument);
    if (io.probe.halted === 1) return { ram, retired, devices, violations };
    if (io.device.request === 1 && !asked && io.device.address >>> 12 !== mpu_first >>> 12) {
      devices.push(io.device.address);
    }
    asked = io.device.request === 1;
    const fetched = io.fetch.enable === 1 ? io.fetch.address * 4 : undefined;
    const accessed = io.data.enable === 1 ? io.data.address * 4 : undefined;
    if (accessed !== undefined && io.data.write === 1) {
      for (let i = 0; i < 8; i++) {
        if (((io.data.mask >> i) & 1) === 0 || accessed + i >= ram_bytes) continue;
        ram.setUint8(accessed + i, Number((io.data.wdata >> BigInt(8 * i)) & 0xffn));
      }
    }
    sim.step();
    if (fetched !== undefined) io.fetch.data = window(fetched);
    if (accessed !== undefined) io.data.rdata = window(accessed);
  }
  throw new Error(`the core did not halt within ${clocks_max} clocks`);
}
