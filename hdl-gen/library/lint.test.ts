// Every part, in each of its modes, is clean Verilog to every tool that may read it.
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  asyncFifo, busArbiter, busDecoder, crc, crcAlgorithms, fifo, fixedArbiter, handshake, interconnect, priorityEncoder,
  pulseCrossing, resetSynchronizer, roundRobinArbiter, skidBuffer, slotArbiter, verilog, type Design,
} from "../index.ts";

const folder = "build/library";
const shape = { address: 16, data: 32 };
const ranges = { ram: { base: 0, size: 4096 }, uart: { base: 0x8000, size: 8 } };

const parts: readonly Design[] = [
  fifo(8, 2, { storage: "registers" }),
  fifo(8, 5, { storage: "registers" }),
  fifo(8, 16),
  fifo(1, 3),
  fifo(36, 512, { storage: "block" }),
  fifo(8, 1000, { storage: "block" }),
  skidBuffer(1),
  skidBuffer(32),
  fixedArbiter(4),
  roundRobinArbiter(5),
  slotArbiter("slot_arbiter", 3, { slots: [0, 1, 2], slot_cycles: 100 }),
  slotArbiter("one_slot_arbiter", 2, { slots: [1], slot_cycles: 1 }),
  priorityEncoder(7),
  crc("crc_usb", crcAlgorithms["CRC-5/USB"], 8),
  crc("crc_ethernet", crcAlgorithms["CRC-32/ISO-HDLC"], 8),
  crc("crc_xz", crcAlgorithms["CRC-64/XZ"], 32),
  busDecoder("bus_decoder", shape, ranges),
  busArbiter("bus_arbiter", shape, 3),
  interconnect("machine", shape, 2, ranges),
  asyncFifo(8, 16),
  asyncFifo(36, 512, { storage: "block" }),
  handshake(32),
  pulseCrossing(),
  resetSynchronizer(),
  resetSynchronizer({ stages: 3, active: "high" }),
];

const test = suite("Verilog of the library");

/** Runs a tool, whose silence is consent. */
function isSilent(tool: string, ...words: readonly string[]): void {
  const { status, stdout, stderr, error } = spawnSync(tool, words, { encoding: "utf8" });
  assert.is(error, undefined, `${tool} is needed for this test: ${error?.message ?? ""}`);
  assert.is(`${stdout}${stderr}`, "", `${tool} ${words.join(" ")}`);
  assert.is(status, 0);
}

mkdirSync(folder, { recursive: true });
for (const part of parts) {
  test(`${part.name} is clean`, () => {
    const file = `${folder}/${part.name}.v`;
    writeFileSync(file, verilog(part));
    isSilent("verilator", "--lint-only", "-Wall", file);
    isSilent("yosys", "-q", "-p", `read_verilog "${file}"; hierarchy -check -top ${part.name}; proc; check -assert`);
    isSilent("iverilog", "-g2005", "-Wall", "-t", "null", "-s", part.name, file);
  });
}

test.run();
