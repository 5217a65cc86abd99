// The PC for the simulator: soc/ → its compiled model; and the ROM that starts a program in its RAM.

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { build as makeStartRom } from "../../firmware/pc/build.ts";
import type { MachineOptions } from "../../sim/machine.ts";
import { uartTicksPerBit } from "../../soc/clock.ts";
import { pcRamBanks, pcRomBanks } from "../../soc/pc/banks.ts";
import { cached, filesBelow } from "../cache.ts";
import { fromRoot } from "../paths.ts";
import { say } from "../say.ts";
import { toolVersion } from "../tools.ts";
import { buildModel } from "./model.ts";

export interface PcOptions {
  readonly ramBytes: number;
  readonly traced: boolean;
}

export async function buildPc({ ramBytes, traced }: PcOptions): Promise<MachineOptions> {
  const verilog = await readFile(join(await buildVerilog(ramBytes), "soc.v"), "utf8");
  const library = await buildModel({ verilog, ramBanks: [...pcRamBanks, ...pcRomBanks], traced });
  return { library, ramBanks: pcRamBanks, clocksPerBit: uartTicksPerBit };
}

async function buildVerilog(ramBytes: number): Promise<string> {
  const sources = await Promise.all(
    ["hdl-gen", "soc"].map((folder) =>
      filesBelow(fromRoot(folder), (name) => name.endsWith(".ts") && !name.endsWith(".test.ts")),
    ),
  );
  return cached({
    name: "pc",
    files: sources.flat(),
    facts: { ramBytes: String(ramBytes) },
    async make(folder) {
      say("generating the PC's Verilog");
      // Loaded only here: the whole of soc/ is not needed when its result is already there.
      const [{ verilog }, { pcSoc }] = await Promise.all([import("#hdl-gen"), import("../../soc/pc/soc.ts")]);
      await writeFile(join(folder, "soc.v"), verilog(pcSoc(ramBytes)));
    },
  });
}

/** The bytes of the ROM; its parameters are not filled in. */
export async function buildStartRom(): Promise<Uint8Array> {
  const entry = await cached({
    name: "pc-start-rom",
    files: await filesBelow(fromRoot("firmware", "pc"), () => true),
    facts: { compiler: await toolVersion("i686-linux-gnu-gcc") },
    async make(folder) {
      await makeStartRom(folder);
    },
  });
  return readFile(join(entry, "start.bin"));
}
