// The emitted Verilog in the eyes of other tools: Verilator finds nothing to warn of, Yosys nothing amiss, and each
// part is as small as it should be.
import { verilog, type Design } from "#hdl-gen";
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { areaByModule, areaTable, lut4Of, parseStatistics, partAreas } from "./area.ts";
import { bus } from "./bus/bus.ts";
import { localApic } from "./interrupts/local-apic.ts";
import { ioMap, memoryMap } from "./memory-map.ts";
import { memory } from "./memory/memory.ts";
import { romBanks } from "./memory/rom-image.ts";
import { atomicosConfig, atomicosSoc } from "./soc.ts";
import { uart } from "./uart/uart.ts";

const test = suite("synthesis");
const folder = join("build", "tests", "synthesis");
mkdirSync(folder, { recursive: true });

const romContents = { even: join(folder, "even.hex"), odd: join(folder, "odd.hex") };
// Every bit of the ROM varies, lest synthesis finds some of it constant and leaves block RAM out.
const scrambled = (i: number): number => (Math.imul(i + 1, 2654435761) >>> 13) & 0xff;
const image = Uint8Array.from({ length: memoryMap.bootRom.size }, (_, i) => scrambled(i));
const banks = romBanks(image, memoryMap.bootRom.size);
writeFileSync(romContents.even, banks.even);
writeFileSync(romContents.odd, banks.odd);

function emit(design: Design): string {
  const path = join(folder, `${design.name}.v`);
  writeFileSync(path, verilog(design));
  return path;
}

const parts: Readonly<Record<string, { design: Design; lut4_max: number; dp16kd: number }>> = {
  "the UART": { design: uart({ ticksPerBit: 25 }), lut4_max: 650, dp16kd: 0 },
  "the local APIC": { design: localApic(), lut4_max: 750, dp16kd: 0 },
  "the device bus": {
    design: bus({ local_apic: memoryMap.localApic }, { uart: ioMap.uart }), lut4_max: 120, dp16kd: 0,
  },
  // 256 KB and 16 KB of 2 KB each, none wasted
  "the memory": {
    design: memory({ ram: memoryMap.ram, rom: memoryMap.bootRom, romContents }), lut4_max: 700, dp16kd: 128 + 8,
  },
};

for (const [name, { design, lut4_max, dp16kd }] of Object.entries(parts)) {
  test(`${name} takes at most ${lut4_max} LUT4 and ${dp16kd} block RAMs of an ECP5`, () => {
    const areas = areaByModule(emit(design), design.name);
    const total = areas.reduce((sum, area) => sum + area.instances * lut4Of(area), 0);
    assert.ok(total <= lut4_max, areaTable(areas));
    assert.is(areas.reduce((sum, { instances, cells }) => sum + instances * (cells.get("DP16KD") ?? 0), 0), dp16kd);
  });
}

test("Verilator has no warning about the whole machine", () => {
  const path = emit(atomicosSoc(atomicosConfig(romContents)));
  const { status, stderr } = spawnSync("verilator", ["--lint-only", "-Wall", "--top-module", "atomicos_soc", path], {
    encoding: "utf8",
  });
  assert.is(status, 0, stderr);
  assert.is(stderr, "");
});

test("the cell report counts every instance of a module", () => {
  const areas = parseStatistics([
    "=== top ===", "", "     LUT4                            3", "     leaf                            2", "",
    "=== \\leaf ===", "", "     CCU2C                           4", "     TRELLIS_FF                      5", "",
    "=== design hierarchy ===", "", "     LUT4                            3", "",
  ].join("\n"), "top");
  assert.is(areaTable(areas), [
    "module  instances  LUT4  TRELLIS_FF  DP16KD  MULT18X18D  TRELLIS_DPR16X4",
    "leaf            2     8           5       0           0                0",
    "top             1     3           0       0           0                0",
    "all                  19          10       0           0                0",
    "",
  ].join("\n"));
});

test("a part's area is that of all modules inside it", () => {
  const areas = parseStatistics([
    "=== top ===", "", "     LUT4                            3", "     branch                          2", "",
    "=== branch ===", "", "     LUT4                           10", "     \\leaf                           4", "",
    "=== \\leaf ===", "", "     DP16KD                          1", "",
    "=== design hierarchy ===", "",
  ].join("\n"), "top");
  assert.is(areaTable(partAreas(areas)), [
    "module  instances  LUT4  TRELLIS_FF  DP16KD  MULT18X18D  TRELLIS_DPR16X4",
    "branch          2    10           0       4           0                0",
    "top             1     3           0       0           0                0",
    "all                  23           0       8           0                0",
    "",
  ].join("\n"));
});

test.run();
