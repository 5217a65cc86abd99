// A ROM on Bochs: what it sends to port E9h.

import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { folder } from "./assemble.ts";

const PROGRAM = "bochs-bin";
const LIMIT_MS = 600e3; // only so that it does not hang: a busy computer may need minutes
/** A processor with SYSENTER, page size extension and global pages, and nothing 64-bit */
const MODEL = "p2_klamath";

const RESETS_MAX = 20_000;

export const hasBochs = spawnSync(PROGRAM, ["--help"], { stdio: "ignore" }).error === undefined;

export interface BochsRun {
  readonly output: Uint8Array;
  readonly timedOut: boolean;
}

/** `name` is of the files that it makes. */
export async function runOnBochs(name: string, image: Uint8Array, limit_ms = LIMIT_MS): Promise<BochsRun> {
  mkdirSync(folder, { recursive: true });
  const path = (extension: string): string => join(folder, `${name}.${extension}`);
  writeFileSync(path("rom"), image);
  // It wants a display's ROM, and has a display only for a terminal; neither is used.
  const display = new Uint8Array(512);
  display.set([0x55, 0xaa, 1]);
  writeFileSync(path("vga"), display);
  // Its debugger stops at the start and at each reset.
  writeFileSync(path("commands"), "continue\n".repeat(RESETS_MAX));
  writeFileSync(
    path("bochsrc"),
    [
      "megs: 16",
      `cpu: model=${MODEL}, ips=100000000, reset_on_triple_fault=1, ignore_bad_msrs=0`,
      `romimage: file="${path("rom")}"`,
      `vgaromimage: file="${path("vga")}"`,
      "display_library: term",
      "port_e9_hack: enabled=1",
      "clock: sync=none",
      `log: "${path("log")}"`,
      "panic: action=fatal",
      "error: action=ignore",
      "info: action=ignore",
      "debug: action=ignore",
      "speaker: enabled=0",
      "",
    ].join("\n"),
  );
  const child = spawn(PROGRAM, ["-q", "-f", path("bochsrc"), "-rc", path("commands")], {
    stdio: ["ignore", "pipe", "ignore"],
    env: { ...process.env, TERM: "dumb" },
  });
  const output: Buffer[] = [];
  child.stdout.on("data", (bytes: Buffer) => output.push(bytes));
  let timedOut = false;
  // It takes SIGTERM for the simulated machine's business.
  const timer = setTimeout(() => {
    timedOut = true;
    child.kill("SIGKILL");
  }, limit_ms);
  await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  clearTimeout(timer);
  return { output: Buffer.concat(output), timedOut };
}
