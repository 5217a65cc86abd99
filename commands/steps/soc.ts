// The hardware: soc/ and the boot ROM's bytes → Verilog.

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { memoryMap } from "../../soc/memory-map.ts";
import { romBanks } from "../../soc/memory/rom-image.ts";
import { cached, filesBelow } from "../cache.ts";
import { fromRoot } from "../paths.ts";
import { say } from "../say.ts";
import { buildFirmware } from "./software.ts";

export interface BuiltSoc {
  readonly verilogPath: string;
  readonly rom: string; // path of the boot ROM's bytes
  readonly ramBanks: readonly string[]; // hierarchical names of the RAM's arrays
}

/** `accelerated`: with all accelerators; else with none, their work being left to software. */
export async function buildSoc({ accelerated = true } = {}): Promise<BuiltSoc> {
  const { rom } = await buildFirmware();
  const romContents = await buildRomContents(rom);
  const sources = await Promise.all(
    ["hdl-gen", "soc"].map((folder) =>
      filesBelow(fromRoot(folder), (name) => name.endsWith(".ts") && !name.endsWith(".test.ts")),
    ),
  );
  const entry = await cached({
    name: "soc",
    files: sources.flat(),
    facts: { ...romContents, accelerated: String(accelerated) },
    async make(folder) {
      say("generating the Verilog");
      // Loaded only here: the whole of soc/ is not needed when its result is already there.
      const [{ verilog }, soc, { allAccelerators, noAccelerators }] = await Promise.all([
        import("#hdl-gen"), import("../../soc/soc.ts"), import("../../soc/accelerators.ts"),
      ]);
      const config = soc.atomicosConfig(romContents, accelerated ? allAccelerators : noAccelerators);
      await writeFile(join(folder, "soc.v"), verilog(soc.atomicosSoc(config)));
      await writeFile(join(folder, "ram-banks"), soc.ramBanks.join("\n"));
    },
  });
  const ramBanks = (await readFile(join(entry, "ram-banks"), "utf8")).split("\n");
  return { verilogPath: join(entry, "soc.v"), rom, ramBanks };
}

// The ROM's words for $readmemh, bank by bank. The Verilog names these files, so their path changes with their contents.
async function buildRomContents(rom: string): Promise<{ readonly even: string; readonly odd: string }> {
  const bytes = await readFile(rom);
  const entry = await cached({
    name: "rom-contents",
    facts: { rom: bytes },
    async make(folder) {
      const banks = romBanks(bytes, memoryMap.bootRom.size);
      await writeFile(join(folder, "even.hex"), banks.even);
      await writeFile(join(folder, "odd.hex"), banks.odd);
    },
  });
  return { even: join(entry, "even.hex"), odd: join(entry, "odd.hex") };
}
