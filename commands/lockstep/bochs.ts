// Bochs as the reference, stepped by its own debugger, whose commands and answers are text. It can be told general
// registers and memory, but neither flags nor where to enter an interrupt's handler.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { generalRegisters, segmentRegisters } from "../../sim/architecture.ts";
import { Failure } from "../failure.ts";
import type { Contents, Reference, ReferenceState } from "./reference.ts";

export const BOCHS = "bochs-bin"; // what Debian's shell script of the shorter name starts
const MIB = 2 ** 20;
const ROM_ENDS = 2 ** 32;
const PAGING = 2 ** 31; // CR0.PG
const MODEL = "p2_klamath"; // SYSENTER, CMOV, global pages; nothing with 64 bits
const RAM_IMAGES_MAX = 4;
const MESSAGES_SHOWN_MAX = 2000;
const STATE_COMMANDS = ["r", "sreg", "creg"] as const;

export async function startBochs({ ramBytes, ram, rom }: Contents): Promise<Reference> {
  const folder = await mkdtemp(join(tmpdir(), "atomicos-lockstep-"));
  const file = async (name: string, bytes: Uint8Array | string): Promise<string> => {
    await writeFile(join(folder, name), bytes);
    return join(folder, name);
  };
  const loaded = ram.filter(({ bytes }) => bytes.length > 0);
  const images = await Promise.all(loaded.slice(0, RAM_IMAGES_MAX).map(async ({ address, bytes }, i) =>
    `optramimage${i + 1}: file="${await file(`ram-${i}`, bytes)}", address=0x${address.toString(16)}`));
  // A ROM for a display must be there, and a display that wants no more than a terminal.
  const display = new Uint8Array(512);
  display.set([0x55, 0xaa, 1]);
  const settings = await file("bochsrc", [
    `megs: ${Math.max(1, ramBytes / MIB)}`, `cpu: model=${MODEL}`,
    `romimage: file="${await file("rom", rom)}", address=0x${(ROM_ENDS - rom.length).toString(16)}`,
    `vgaromimage: file="${await file("vga", display)}"`, ...images,
    "display_library: term", "clock: sync=none", `log: "${join(folder, "log")}"`, "speaker: enabled=0",
    "panic: action=fatal", "error: action=ignore", "info: action=ignore", "debug: action=ignore", "",
  ].join("\n"));
  // It would remember each command, and take longer for each.
  const readline = await file("inputrc", "set history-size 0\nset enable-bracketed-paste off\n");
  const child = spawn(BOCHS, ["-q", "-f", settings], {
    stdio: ["pipe", "pipe", "ignore"],
    env: { ...process.env, TERM: "dumb", INPUTRC: readline },
    detached: true, // Ctrl-C is for us alone
  });
  let failure = "";
  const ended = once(child, "close").catch((error: unknown) => (failure = String(error)));

  let heard = "";
  let wanted: { readonly prompts: number; resolve(answers: string[]): void; reject(error: Error): void } | undefined;
  child.stdin.on("error", () => undefined); // that it has gone, `ended` tells
  child.stdout.setEncoding("latin1");
  child.stdout.on("data", (text: string) => {
    heard += text;
    if (wanted === undefined || (heard.match(PROMPT)?.length ?? 0) < wanted.prompts) return;
    const answers = heard.split(PROMPT);
    heard = "";
    wanted.resolve(answers);
    wanted = undefined;
  });
  void ended.then(() => wanted?.reject(new Error(`${BOCHS} has ended: ${failure}${heard.slice(-MESSAGES_SHOWN_MAX)}`)));
  const answersTo = async (commands: readonly string[], prompts = commands.length): Promise<string[]> =>
    new Promise((resolve, reject) => {
      wanted = { prompts, resolve, reject };
      child.stdin.write(commands.map((line) => `${line}\n`).join(""));
    });

  const close = async (): Promise<void> => {
    child.kill("SIGKILL"); // SIGTERM it takes for the simulated machine's business
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await answersTo([], 1);
    const reference = referenceOf(answersTo, close);
    for (const { address, bytes } of loaded.slice(RAM_IMAGES_MAX)) await reference.write(address, address, bytes);
    return reference;
  } catch (error) {
    await close();
    throw new Failure(`${BOCHS} cannot be used: ${failure || String(error)}`, "install with: apt-get install bochs bochs-term");
  }
}

const PROMPT = /<bochs:\d+> ?/g;

type AnswersTo = (commands: readonly string[]) => Promise<string[]>;

const hex = (value: number): string => `0x${(value >>> 0).toString(16)}`;

function referenceOf(answersTo: AnswersTo, close: () => Promise<void>): Reference {
  return {
    name: "Bochs",
    takesFlags: false,
    state: async () => stateFrom((await answersTo(STATE_COMMANDS)).join("")),
    step: async () => stateFrom((await answersTo(["s", ...STATE_COMMANDS])).join("")),
    async give({ general, eip }) {
      const values: (readonly [name: string, value: number])[] = [
        ...generalRegisters.flatMap((name, i) => (general === undefined ? [] : [[name, general[i] ?? 0] as const])),
        ...(eip === undefined ? [] : [["eip", eip] as const]),
      ];
      await answersTo(values.map(([name, value]) => `set ${name} = ${hex(value)}`));
    },
    async read(address, count) {
      const [answer = ""] = await answersTo([`x /${count}bx ${hex(address)}`]);
      return Uint8Array.from([...answer.matchAll(/\t0x([0-9a-f]{2})/g)].map(([, byte = ""]) => Number.parseInt(byte, 16)));
    },
    async write(_linear, address, bytes) {
      await answersTo([...bytes].map((byte, i) => `setpmem ${hex(address + i)} 1 ${hex(byte)}`));
    },
    close,
  };
}

function stateFrom(text: string): ReferenceState {
  const value = (pattern: RegExp): number => {
    const [, digits] = pattern.exec(text) ?? [];
    if (digits === undefined) throw new Error(`${BOCHS} does not tell its registers: "${text}"`);
    return Number.parseInt(digits, 16);
  };
  const long = (name: string): number => value(new RegExp(`^r${name}: [0-9a-f]{8}_([0-9a-f]{8})`, "m"));
  return {
    general: generalRegisters.map((name) => long(name.slice(1))),
    flags: value(/^eflags 0x([0-9a-f]+)/m),
    selectors: segmentRegisters.map((name) => value(new RegExp(`^${name}:0x([0-9a-f]+)`, "m"))),
    eip: long("ip"),
    pageTables: value(/^CR0=0x([0-9a-f]+)/m) >= PAGING ? value(/^CR3=0x([0-9a-f]+)/m) : undefined,
  };
}
