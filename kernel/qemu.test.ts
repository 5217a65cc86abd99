// The boot ROM and the kernel on QEMU's processor: what fails here is not our core's doing.

import { spawnSync } from "node:child_process";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import directMessages from "../examples/12-direct-messages/system.ts";
import hardwareJobs from "../examples/13-hardware-jobs/system.ts";
import { build as buildFirmware } from "../firmware/build.ts";
import { buildSystem } from "../system/build.ts";
import { readyText } from "../tests/claims/claim.ts";
import { buildSystems, claims, loadedImage, type Systems } from "../tests/claims/systems.ts";
import { EMULATOR, type QemuMachine, startQemu } from "./qemu/machine.ts";

const folder = fileURLToPath(new URL("../build/test/kernel-qemu/", import.meta.url));
const test = suite("boot ROM and kernel on QEMU");
const hasEmulator = spawnSync(EMULATOR, ["--version"]).error === undefined;
if (!hasEmulator) console.log(`skipped: ${EMULATOR} is not installed (Debian: qemu-system-x86)`);

let systems: Systems;
test.before(async () => {
  systems = await buildSystems(folder);
});

function claim(name: string, holds: () => Promise<void>, possible = true): void {
  if (hasEmulator && possible) test(name, holds);
  else test.skip(name);
}

async function withMachine(rom: Buffer, image: Buffer, use: (machine: QemuMachine) => Promise<void>): Promise<void> {
  const machine = startQemu({ rom, image, folder: join(folder, "machine") });
  try {
    await use(machine);
  } finally {
    await machine.stop();
  }
}

for (const one of claims) {
  const holds = (): Promise<void> =>
    withMachine(systems.rom, loadedImage(one, systems), async (machine) => {
      if (one.from === "ready") await machine.waitFor(readyText[one.system]);
      await one.holds(machine, systems.images[one.system]);
    });
  // QEMU's UART takes a byte from the host when it has room for it.
  claim(one.name, holds, one.needs !== "unpaced line");
}

/** The boot ROM for a machine with 1 MB of RAM. */
async function romForOneMegabyte(): Promise<Buffer> {
  const include = join(folder, "include-1-mb");
  cpSync(join(folder, "include"), include, { recursive: true });
  const map = join(include, "memory_map.h");
  writeFileSync(map, readFileSync(map, "utf8").replace(/(#define RAM_SIZE +)\S+/, "$10x100000"));
  return readFileSync((await buildFirmware(join(folder, "firmware-1-mb"), include)).rom);
}

claim("the RAM check gives the first address without RAM: on a PC, where its ROMs begin", async () =>
  withMachine(await romForOneMegabyte(), systems.images.console, async (machine) => {
    const text = await machine.waitFor("System halted.\r\n");
    assert.is(text.split("\r\n")[2], "RAM fails at 000C0000h: bits FFFFFFFFh do not change");
  }));

claim("a system with direct channels does not start where nothing tells whether there is a mailbox", async () => {
  const built = await buildSystem(directMessages, join(folder, "direct-messages"), join(folder, "include"));
  await withMachine(systems.rom, readFileSync(built.image), async (machine) => {
    const text = await machine.waitFor("*** Halted.\r\n");
    assert.match(text, "*** Kernel: direct channels need the mailbox and the contexts, or a bus that answers all ones");
  });
});

claim("without a scheduler in hardware, its tasks are not started, and the others are", async () => {
  const built = await buildSystem(hardwareJobs, join(folder, "hardware-jobs"), join(folder, "include"));
  await withMachine(systems.rom, readFileSync(built.image), async (machine) => {
    const text = await machine.waitFor("0 of 0 beats 1250 cycles apart\r\n");
    assert.match(text, "no scheduler in hardware: its tasks are not started\r\n");
  });
});

test.run();
