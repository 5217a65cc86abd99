// The emitted Verilog in Verilator's eyes.
import { verilog } from "#hdl-gen";
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { pcRamBanks, pcRomBanks, pcRomContents } from "./banks.ts";
import { pcRamBytes, pcRomBytes } from "./memory-map.ts";
import { pcSoc } from "./soc.ts";

const test = suite("PC");

for (const ramBytes of [pcRamBytes.min, pcRamBytes.max]) {
  test(`Verilator has no warning about the PC with ${ramBytes / 2 ** 20} MB`, () => {
    const folder = join("build", "tests", "pc");
    mkdirSync(folder, { recursive: true });
    const path = join(folder, `pc-${ramBytes}.v`);
    const text = verilog(pcSoc(ramBytes));
    writeFileSync(path, text);
    const { status, stderr } = spawnSync("verilator", ["--lint-only", "-Wall", "--top-module", "pc_soc", path], {
      encoding: "utf8",
    });
    assert.is(stderr, "");
    assert.is(status, 0);
    for (const bank of [...pcRamBanks, ...pcRomBanks]) {
      const array = bank.slice(bank.lastIndexOf(".") + 1);
      assert.match(text, new RegExp(`reg +\\[31:0\\] ${array} \\[0:`), "the back door's arrays are there");
    }
  });
}

test("a ROM image ends where the ROM ends", () => {
  const contents = pcRomContents(Uint8Array.from({ length: pcRomBytes.min }, () => 0x5a));
  assert.is(contents.length, pcRomBytes.max);
  assert.is(contents[pcRomBytes.max - pcRomBytes.min - 1], 0xff);
  assert.is(contents[pcRomBytes.max - pcRomBytes.min], 0x5a);
  assert.is(contents.at(-1), 0x5a);
});

test.run();
