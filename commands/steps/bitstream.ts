// The whole machine for a board: Verilog → netlist → place and route → bitstream, and what is to be said about it.

import { createHash } from "node:crypto";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { type Board, machineClock_hz } from "../../fpga/board.ts";
import { constraints } from "../../fpga/constraints.ts";
import { netNames } from "../../fpga/names.ts";
import { TOP } from "../../fpga/nets.ts";
import { type BuildReport, makeReport } from "../../fpga/report.ts";
import { parseImage } from "../../sim/image.ts";
import { memoryMap } from "../../soc/memory-map.ts";
import { romBanks } from "../../soc/memory/rom-image.ts";
import { GOAL_MHZ, synthesis } from "../../soc/synthesis.ts";
import { cached, filesBelow } from "../cache.ts";
import { runLong } from "../long-process.ts";
import { BUILD, fromRoot, shown } from "../paths.ts";
import { mustSucceed } from "../process.ts";
import { say } from "../say.ts";
import { toolVersion } from "../tools.ts";
import { PLACER, placeAndRouteTools, type PlaceAndRouteTools } from "./place-and-route-tools.ts";
import { buildFirmware, buildKernel } from "./software.ts";

const boardFolder = (board: Board): string => join(BUILD, "fpga", board.id);
export const logFolder = (board: Board): string => shown(boardFolder(board));
export const bitstreamPath = (board: Board): string => join(boardFolder(board), "atomicos.bit");
export const reportPath = (board: Board): string => join(boardFolder(board), "report.json");

export interface BuiltBitstream {
  readonly bitstream: string;
  readonly report: BuildReport;
}

/** `seed`: where place and route's random numbers start. */
export async function buildBitstream(board: Board, seed: number): Promise<BuiltBitstream> {
  const folder = boardFolder(board);
  await mkdir(folder, { recursive: true });
  const tools = await placeAndRouteTools();
  const verilog = await buildBoardVerilog(board);
  const netlist = await synthesise(verilog, folder);
  const placed = await placeAndRoute(board, { netlist, seed }, tools, folder);

  const report = makeReport({
    board,
    nextpnrReport: await readFile(join(placed, "report.json"), "utf8"),
    names: netNames(verilog, TOP),
    target_mhz: GOAL_MHZ,
    fingerprint: fingerprint(board, verilog),
    tools: { yosys: await toolVersion("yosys"), nextpnr: tools.version },
  });
  await copyFile(join(placed, "atomicos.bit"), bitstreamPath(board));
  await writeFile(reportPath(board), `${JSON.stringify(report, null, 2)}\n`);
  return { bitstream: bitstreamPath(board), report };
}

// Changes when the hardware does: not with comments, nor with what the memories hold.
export function fingerprint(board: Board, verilog: string): string {
  const hardware = withoutComments(verilog).replaceAll(/^.*\$readmemh.*\n/gm, "");
  return createHash("sha256").update(hardware).update(constraints(board)).digest("hex").slice(0, 20);
}

const withoutComments = (verilog: string): string => verilog.replaceAll(/ *\/\/ .*$/gm, "");

// The machine around it, with the boot ROM in ROM and the kernel in RAM as soon as the FPGA is configured.
export async function buildBoardVerilog(board: Board): Promise<string> {
  const romContents = await buildRomContents(board);
  const ramContents = await buildRamContents(board);
  const sources = await Promise.all(
    ["hdl-gen", "soc", "fpga"].map((folder) =>
      filesBelow(fromRoot(folder), (name) => name.endsWith(".ts") && !name.endsWith(".test.ts")),
    ),
  );
  const entry = await cached({
    name: "board",
    files: sources.flat(),
    facts: { board: board.id, rom: romContents.even, ram: ramContents.even },
    async make(folder) {
      say(`generating the Verilog for ${board.id}`);
      // Loaded only here: the whole of soc/ is not needed when its result is already there.
      const [{ atomicosConfig }, { boardVerilog }] = await Promise.all([
        import("../../soc/soc.ts"), import("../../fpga/top.ts"),
      ]);
      const config = atomicosConfig(romContents);
      const filled = { ...config, memory: { ...config.memory, ramContents } };
      await writeFile(join(folder, "board.v"), boardVerilog(board, filled));
    },
  });
  return readFile(join(entry, "board.v"), "utf8");
}

interface BankFiles {
  readonly even: string;
  readonly odd: string;
}

async function buildRomContents(board: Board): Promise<BankFiles> {
  const { rom } = await buildFirmware(machineClock_hz(board));
  return bankFiles("rom-banks", await readFile(rom), memoryMap.bootRom.size);
}

async function buildRamContents(board: Board): Promise<BankFiles> {
  const kernel = await buildKernel(machineClock_hz(board));
  const { base, size } = memoryMap.ram;
  const ram = new Uint8Array(size);
  for (const { address, bytes } of parseImage(kernel.bytes, kernel.elf, memoryMap.ram)) ram.set(bytes, address - base);
  return bankFiles("ram-banks", ram, size);
}

async function bankFiles(name: string, bytes: Uint8Array, size: number): Promise<BankFiles> {
  const entry = await cached({
    name,
    facts: { bytes },
    async make(folder) {
      const banks = romBanks(bytes, size);
      await writeFile(join(folder, "even.hex"), banks.even);
      await writeFile(join(folder, "odd.hex"), banks.odd);
    },
  });
  return { even: join(entry, "even.hex"), odd: join(entry, "odd.hex") };
}

const SYNTHESIS = `read_verilog board.v; ${synthesis(`-top ${TOP} -json netlist.json`)}`;

// The netlist's path.
async function synthesise(verilog: string, logs: string): Promise<string> {
  const source = withoutComments(verilog);
  const entry = await cached({
    name: "netlist",
    facts: { source, commands: SYNTHESIS, yosys: await toolVersion("yosys") },
    async make(folder) {
      await writeFile(join(folder, "board.v"), source);
      await runLong({
        title: "synthesis (a few minutes)",
        program: "yosys",
        args: ["-p", SYNTHESIS],
        cwd: folder,
        log: join(logs, "synthesis.log"),
        stage: (line) => /^\d+\.(?:\d+\.)* Executing (\w+)/.exec(line)?.[1],
      });
    },
  });
  return join(entry, "netlist.json");
}

// The folder with the bitstream and with nextpnr's report.
async function placeAndRoute(
  board: Board, { netlist, seed }: { readonly netlist: string; readonly seed: number }, tools: PlaceAndRouteTools, logs: string,
): Promise<string> {
  const { size, package: packaging, speed } = board.device;
  const device = [`--${size}`, "--package", packaging, "--speed", String(speed)];
  // router1, nextpnr's default here, had routed a third of this machine when router2 was through.
  const methods = ["--placer", PLACER, "--router", "router2", "--seed", String(seed)];
  const goal = ["--freq", String(GOAL_MHZ), "--timing-allow-fail"];
  const pins = constraints(board);
  return cached({
    name: "bitstream",
    files: [netlist],
    facts: { pins, flags: [...device, ...goal, ...methods].join(" "), nextpnr: tools.version },
    async make(folder) {
      await writeFile(join(folder, "board.lpf"), pins);
      const files = ["--json", netlist, "--lpf", "board.lpf", "--textcfg", "board.config", "--report", "report.json"];
      await runLong({
        title: "place and route (several minutes)",
        program: tools.nextpnr,
        args: [...device, ...goal, ...methods, ...files],
        cwd: folder,
        env: tools.env,
        log: join(logs, "place-and-route.log"),
        stage: (line) => /^Info: ([A-Z][^,.]*(?:ing|er)[^,.]*)/.exec(line)?.[1],
      });
      say("packing the bitstream");
      await mustSucceed(tools.ecppack, ["--compress", "board.config", "atomicos.bit"], { cwd: folder, env: tools.env });
    },
  });
}

// What the last build reported; undefined if there was none.
export async function readReport(board: Board): Promise<BuildReport | undefined> {
  const text = await readFile(reportPath(board), "utf8").catch(() => undefined);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written above, by this program only
  return text === undefined ? undefined : (JSON.parse(text) as BuildReport);
}

// That of the sources as they are now, to compare with a report's.
export async function currentFingerprint(board: Board): Promise<string> {
  return fingerprint(board, await buildBoardVerilog(board));
}
