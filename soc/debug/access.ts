// The debug unit's way to memory and devices: while the core is stopped, its data port and its end of the device bus are
// free, and the unit's accesses go there.
//
//   cycle      0        1        2
//   request  ‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾\_____     memory: read or written in cycle 0
//   ready    _________/‾‾‾‾‾‾‾‾\_____     and what was read is there; a device answers when the bus has it
import { and, cat, constant, flip, module, mux, reg, type Bit, type Bits, type Design } from "#hdl-gen";
import { devicePort } from "../bus/ports.ts";
import { dataPort } from "../memory/memory.ts";
import { debugMemoryPort } from "./ports.ts";

const ports = {
  unit: flip(debugMemoryPort),
  core: { data: flip(dataPort), device: flip(devicePort) },
  data: dataPort,
  device: devicePort,
};

/** `onChip`: whether a physical address lies behind the data port; all else is a device's. */
export function debugAccess(onChip: (address: Bits<32>) => Bit): Design<typeof ports> {
  const doc = "Lets the debug unit use the core's ports while the core is stopped.";
  return module("debug_access", doc, ports, (m, { unit, core, data, device }) => {
    const r = m.regs({ read: reg(1, 0, "memory has been accessed in the clock before") });
    const { on_chip } = m.nets({ on_chip: onChip(unit.address) });
    const { accesses, asks } = m.nets({
      accesses: and(unit.request, on_chip, r.read.not()), asks: and(unit.request, on_chip.not()),
    });
    r.read.next = accesses;
    data.enable.value = core.data.enable.or(accesses);
    data.write.value = mux(accesses, unit.write, core.data.write);
    data.address.value = mux(accesses, unit.address.slice(31, 2), core.data.address);
    data.mask.value = mux(accesses, cat(constant(0, 4), unit.mask), core.data.mask);
    data.wdata.value = mux(accesses, unit.wdata.zext(64), core.data.wdata);
    core.data.rdata.value = data.rdata;

    device.request.value = core.device.request.or(asks);
    device.write.value = mux(asks, unit.write, core.device.write);
    device.io.value = mux(asks, 0, core.device.io);
    device.address.value = mux(asks, unit.address, core.device.address);
    device.mask.value = mux(asks, unit.mask, core.device.mask);
    device.wdata.value = mux(asks, unit.wdata, core.device.wdata);
    core.device.ready.value = device.ready.and(asks.not());
    core.device.rdata.value = device.rdata;

    unit.ready.value = mux(on_chip, r.read, device.ready.and(asks));
    unit.rdata.value = mux(on_chip, data.rdata.slice(31, 0), device.rdata);
    m.assume("only_while_the_core_is_stopped", unit.request.not().or(core.data.enable.or(core.device.request).not()));
  });
}
