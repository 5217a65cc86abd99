// Ports 60h to 67h, 92h and 4D0h: see registers.ts.
import { and, cat, constant, input, module, mux, oneHotMux, or, output, reg, type Design } from "#hdl-gen";
import { byteDevice } from "../bus/ports.ts";
import { flag, pack } from "../fields.ts";
import { pcIoMap } from "./memory-map.ts";
import { systemControl as description } from "./registers.ts";

const ports = {
  keyboard: byteDevice,
  port92: byteDevice,
  edge_level: byteDevice,
  pit_tick: input(1, "a period of the 8254's clock ends in this cycle"),
  counter_2: { gate: output(1), out: input(1) },
  levels: output(16, "8259 lines that are levels"),
  reset_request: output(1, "the machine is to be reset"),
};

const { PORT_B, KEYBOARD_STATUS, KEYBOARD_COMMAND, PORT_A } = description.registers;
const { EDGE_LEVEL_MASTER, EDGE_LEVEL_SLAVE } = description.registers;
const refresh_ticks = 18;
const writableLevels = { master: 0xf8, slave: 0xde } as const;

export const systemControl: Design<typeof ports> = module("system_control", description.doc, ports, (m, io) => {
  const { keyboard, port92, edge_level } = io;
  const r = m.regs({
    port_b: reg(4, 0, "bits 3:0"),
    refresh: reg(1),
    ticks: reg(5, 0, "since the last change of refresh"),
    levels: { master: reg(8), slave: reg(8) },
  });
  const { at } = m.nets({
    at: {
      port_b: keyboard.address.eq(PORT_B.offset - pcIoMap.keyboard.base),
      command: keyboard.address.eq(KEYBOARD_COMMAND.offset - pcIoMap.keyboard.base),
      port_a: port92.address.eq(PORT_A.offset - pcIoMap.port92.base),
      master: edge_level.address.eq(EDGE_LEVEL_MASTER.offset - pcIoMap.edgeLevel.base),
      slave: edge_level.address.eq(EDGE_LEVEL_SLAVE.offset - pcIoMap.edgeLevel.base),
    },
  });
  m.when(and(keyboard.access, keyboard.write, at.port_b), () => { r.port_b.next = keyboard.wdata.slice(3, 0); });
  const levelsWritten = edge_level.access.and(edge_level.write);
  m.when(levelsWritten.and(at.master), () => { r.levels.master.next = edge_level.wdata.and(writableLevels.master); });
  m.when(levelsWritten.and(at.slave), () => { r.levels.slave.next = edge_level.wdata.and(writableLevels.slave); });

  const { refresh_ends } = m.nets({ refresh_ends: r.ticks.eq(refresh_ticks - 1) });
  m.when(io.pit_tick, () => {
    r.ticks.next = mux(refresh_ends, 0, r.ticks.add(1));
    r.refresh.next = r.refresh.xor(refresh_ends);
  });

  io.counter_2.gate.value = flag(r.port_b, PORT_B.fields.TIMER_2_GATE);
  io.levels.value = cat(r.levels.slave, r.levels.master);
  io.reset_request.value = or(
    and(keyboard.access, keyboard.write, at.command,
      keyboard.wdata.eq(KEYBOARD_COMMAND.fields.COMMAND.values.RESET)),
    and(port92.access, port92.write, at.port_a, flag(port92.wdata, PORT_A.fields.RESET)),
  );

  m.unused(port92.wdata.slice(7, 1));

  const portB = pack(8, PORT_B.fields, {
    TIMER_2_GATE: r.port_b.bit(0), SPEAKER: r.port_b.bit(1), PARITY_OFF: r.port_b.slice(3, 2),
    REFRESH: r.refresh, TIMER_2_OUTPUT: io.counter_2.out,
  });
  const { at_status } = m.nets({
    at_status: keyboard.address.eq(KEYBOARD_STATUS.offset - pcIoMap.keyboard.base),
  });
  keyboard.rdata.value = mux(at.port_b, portB, mux(at_status, constant(0, 8), 0xff));
  port92.rdata.value = mux(at.port_a, constant(PORT_A.reset, 8), 0xff);
  edge_level.rdata.value = mux(
    at.master.or(at.slave), oneHotMux([[at.master, r.levels.master], [at.slave, r.levels.slave]]), 0xff,
  );
});
