// A PC of QEMU's made to look like this machine, to run the boot ROM and a kernel on a processor that is not ours.
//
// QEMU has a 16550 at the same ports and a local APIC at the same address. Two things differ. Its boot ROM is at least
// 64 KB: ours takes the end, as it does in the address space. And its UART reaches the local APIC through an I/O APIC,
// which a reset leaves masked: a few instructions in the part of the ROM that ours leaves free open the UART's line
// before ours runs, so that line n requests vector 20h + n there too. The ROM and the kernel are the same bytes.

import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { firstLineVector, interruptLines } from "../../soc/memory-map.ts";
import { bootHeader } from "../boot-header.ts";

export const EMULATOR = "qemu-system-i386";
const ROM_BYTES = 64 * 1024;
const RESET_VECTOR = ROM_BYTES - 16;

const IO_APIC_INDEX = 0xfec00000;
const IO_APIC_DATA = 0xfec00010;
const IO_APIC_LINE_0 = 0x10; // two registers for each line, the lower half first
const IO_APIC_LEVEL = 1 << 15;

/** What the set-up writes where: the UART's line is a level, open, to the only processor. */
const setup: readonly (readonly [address: number, value: number])[] = [
  [IO_APIC_INDEX, IO_APIC_LINE_0 + 2 * interruptLines.uart],
  [IO_APIC_DATA, IO_APIC_LEVEL | (firstLineVector + interruptLines.uart)],
];

/** mov dword [address], value: real mode with a 32-bit address, since QEMU checks no segment limits. */
function storeWord([address, value]: readonly [number, number]): Buffer {
  const code = Buffer.from([0x67, 0x66, 0xc7, 0x05, 0, 0, 0, 0, 0, 0, 0, 0]);
  code.writeUInt32LE(address, 4);
  code.writeUInt32LE(value, 8);
  return code;
}

const JUMP_NEAR = 0xe9; // with a 16-bit distance from the instruction behind

function jumpNear(from: number, to: number): Buffer {
  const code = Buffer.from([JUMP_NEAR, 0, 0]);
  code.writeUInt16LE((to - (from + code.length)) & 0xffff, 1);
  return code;
}

/** The ROM as QEMU takes it: the reset vector leads to the set-up, the set-up to where the vector led before. */
function romForQemu(rom: Buffer): Buffer {
  const padded = Buffer.alloc(ROM_BYTES);
  rom.copy(padded, ROM_BYTES - rom.length);
  if (padded[RESET_VECTOR] !== JUMP_NEAR) throw new Error("the boot ROM's reset vector is not a near jump");
  const target = (RESET_VECTOR + 3 + padded.readInt16LE(RESET_VECTOR + 1)) & 0xffff;

  const code = Buffer.concat(setup.map(storeWord));
  code.copy(padded, 0);
  jumpNear(code.length, target).copy(padded, code.length);
  jumpNear(RESET_VECTOR, 0).copy(padded, RESET_VECTOR);
  return padded;
}

export interface QemuMachine {
  /** Everything that came over the serial line so far. */
  readonly output: string;
  type(text: string): void;
  /** Waits until `text` comes, after what the last call waited for; gives what came up to and with it. */
  waitFor(text: string): Promise<string>;
  stop(): Promise<void>;
}

/** How long a text may take before the test gives up: a limit for a machine that hangs, not a measurement. */
const PATIENCE_MS = 60_000;

export interface QemuConfiguration {
  /** The boot ROM's contents. */
  readonly rom: Buffer;
  /** What a loader would have put into RAM. */
  readonly image: Buffer;
  /** Takes the files that QEMU reads; no two machines at once may have the same. */
  readonly folder: string;
}

export function startQemu({ rom, image, folder }: QemuConfiguration): QemuMachine {
  mkdirSync(folder, { recursive: true });
  const files = { rom: join(folder, "rom.bin"), image: join(folder, "image.bin") };
  writeFileSync(files.rom, romForQemu(rom));
  writeFileSync(files.image, image);
  const options = [
    "-machine", "pc", "-m", "2", "-nodefaults", "-display", "none", "-no-reboot",
    // One instruction takes 1 ns of the machine's time, in which the local APIC's timer counts once.
    "-icount", "shift=0,sleep=off",
    "-serial", "stdio",
    "-bios", files.rom,
    "-device", `loader,file=${files.image},addr=${bootHeader.address},force-raw=on`,
  ];
  // Node gives a child a socket for its output, which a few hundred single bytes fill while Node is busy; QEMU then
  // drops what its UART sends. A pipe takes 64 KB of them.
  const child = spawn("sh", ["-c", '"$0" "$@" | cat', EMULATOR, ...options], { stdio: "pipe", detached: true });
  return session(child);
}

function session(child: ChildProcessWithoutNullStreams): QemuMachine {
  let output = "";
  let messages = "";
  let seen = 0;
  let ended = false;
  let wake: (() => void) | undefined;
  child.stdout.on("data", (bytes: Buffer) => {
    output += bytes.toString("latin1");
    wake?.();
  });
  child.stderr.on("data", (bytes: Buffer) => {
    messages += bytes.toString();
  });
  const end = new Promise<void>((resolve) => {
    child.on("close", () => {
      ended = true;
      wake?.();
      resolve();
    });
  });
  // Writing to a machine that has ended fails here as well as in waitFor, which says more.
  child.stdin.on("error", () => {});

  const news = async (patience_ms: number): Promise<void> => {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      wake = resolve;
      timer = setTimeout(resolve, patience_ms);
    });
    clearTimeout(timer);
  };

  return {
    get output() {
      return output;
    },
    type(text) {
      child.stdin.write(text, "latin1");
    },
    async waitFor(text) {
      const limit_ms = performance.now() + PATIENCE_MS;
      for (;;) {
        const at = output.indexOf(text, seen);
        if (at >= 0) {
          const before = seen;
          seen = at + text.length;
          return output.slice(before, seen);
        }
        const left_ms = limit_ms - performance.now();
        if (ended || left_ms <= 0) {
          const why = ended ? `the machine ended: ${messages}` : "it did not come";
          throw new Error(`waiting for ${JSON.stringify(text)}: ${why}; behind the last wait came ` +
            JSON.stringify(output.slice(seen).slice(-2000)));
        }
        await news(left_ms);
      }
    },
    async stop() {
      // The shell, QEMU and cat are a process group.
      if (!ended && child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
      await end;
    },
  };
}
