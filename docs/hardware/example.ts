// What docs/hardware.md shows: the whole machine in hdl-gen's simulator, with the program of bench/tasks in its RAM.
import { simulate, waves } from "#hdl-gen";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { mustSucceed } from "../../commands/process.ts";
import { memoryMap } from "../../soc/memory-map.ts";
import { romBanks } from "../../soc/memory/rom-image.ts";
import { atomicosConfig, atomicosSoc } from "../../soc/soc.ts";
import { buildProgram } from "../../tests/accelerators/build.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = join(root, "build", "docs", "hardware");
const bareRom = join(root, "tests", "cpu", "bare", "rom.S");

const show = (name: string, text: string): void => {
  console.log(`=== ${name}\n${text.trimEnd()}\n`);
};

/** Paths of a memory's contents, a file for each bank. */
function bankFiles(name: string, bytes: Uint8Array, size: number): { readonly even: string; readonly odd: string } {
  const banks = romBanks(bytes, size);
  const files = { even: join(folder, `${name}-even.hex`), odd: join(folder, `${name}-odd.hex`) };
  writeFileSync(files.even, banks.even);
  writeFileSync(files.odd, banks.odd);
  return files;
}

/** A ROM that does nothing but jump to the image. */
async function shortRom(): Promise<Uint8Array> {
  const sizes = [`-DRAM_BYTES=${memoryMap.ram.size}`, `-DROM_BYTES=${memoryMap.bootRom.size}`];
  const [object, binary] = [join(folder, "rom.o"), join(folder, "rom.bin")];
  await mustSucceed("i686-linux-gnu-gcc", ["-c", ...sizes, bareRom, "-o", object]);
  await mustSucceed("i686-linux-gnu-objcopy", ["-O", "binary", "-j", ".text", object, binary]);
  return readFileSync(binary);
}

mkdirSync(folder, { recursive: true });
const sources = ["latency.c", "tasks.S"].map((name) => join(root, "bench", "tasks", name));
const background = [
  "  .text", "  .globl mix, mix_end", "mix:", "  incl %eax", "  jmp mix", "mix_end:", "",
].join("\n");
const image = await buildProgram({ name: "hardware-page", sources, generated: { "mix.S": background } });
const ram = new Uint8Array(memoryMap.ram.size);
ram.set(image.bytes, image.address);
const config = atomicosConfig(bankFiles("rom", await shortRom(), memoryMap.bootRom.size));
const machine = simulate(atomicosSoc({
  ...config, memory: { ...config.memory, ramContents: bankFiles("ram", ram, memoryMap.ram.size) },
}));
machine.io.uart_rx = 1;
machine.reset(4);
const background_task = 200;
machine.until(() => machine.peek("contexts.running") === background_task, 60_000);
machine.step(200);

{
  const seen = waves(machine, [
    "lines", "router.release_valid", "scheduler.released_valid", "scheduler.choice_number", "contexts.core_hold",
    "contexts.core_held", "contexts.core_exchange", "contexts.running", "retired",
  ]);
  machine.io.lines = 1;
  machine.step(24);
  show("interrupt", seen.text());
}
machine.io.lines = 0;

{
  machine.until(() => machine.peek("box.op_commit") === 1, 200);
  const seen = waves(machine, [
    "box.op_commit", "box.doorbell_valid", "scheduler.choice_number", "contexts.core_hold", "contexts.core_held",
    "contexts.core_exchange", "contexts.running", "retired",
  ]);
  machine.step(24);
  show("message", seen.text());
}

{
  machine.until(() => machine.peek("cpu.device_request") === 0, 400);
  machine.until(() => machine.peek("cpu.device_request") === 1, 400);
  const seen = waves(machine, [
    "cpu.device_request", "bus.state", "cpu.device_ready", "retired",
  ]);
  machine.step(6);
  show("device", seen.text());
}
