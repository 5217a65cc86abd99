// Small ROMs on the simulated PC and in the emulators.

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { suite } from "uvu";
import * as assert from "uvu/assert";

import { createMachine } from "../../sim/machine.ts";
import { assemble, ramBytes } from "../../tests/pc/programs.ts";
import { fromRoot } from "../paths.ts";
import { buildPc } from "../steps/pc.ts";
import { BOCHS, startBochs } from "./bochs.ts";
import { disassemble } from "./instruction.ts";
import { lockstep, type Difference, type Outcome } from "./lockstep.ts";
import { EMULATOR, startQemu } from "./qemu.ts";
import type { Contents, Reference } from "./reference.ts";
import { openSubject } from "./subject.ts";

const test = suite("atomicos lockstep");

const there = (program: string): boolean => spawnSync(program, ["--version"], { stdio: "ignore" }).error === undefined;
const references = [
  { name: "QEMU", program: EMULATOR, start: startQemu },
  { name: "Bochs", program: BOCHS, start: startBochs },
].filter(({ program }) => {
  if (there(program)) return true;
  console.log(`skipped: ${program} is not installed`);
  return false;
});
const withQemu = references.some(({ name }) => name === "QEMU") ? test : test.skip.bind(test);

const folder = fromRoot("build", "tests", "lockstep");
mkdirSync(folder, { recursive: true });

const ROM_BYTES = 0x10000;
const RESET_VECTOR = 0xfff0;
const JMP_F000_0 = [0xea, 0x00, 0x00, 0x00, 0xf0];
const END = [0xe6, 0xf4, 0xf4]; // out 0F4h,al; hlt

/** A ROM whose code begins at F000:0000. */
function rom(name: string, ...code: readonly (readonly number[])[]): string {
  const image = new Uint8Array(ROM_BYTES).fill(0x90);
  image.set(code.flat());
  image.set(JMP_F000_0, RESET_VECTOR);
  const path = join(folder, `${name}.bin`);
  writeFileSync(path, image);
  return path;
}

interface Given {
  readonly compareInputs?: boolean;
  readonly instructionsMax?: number;
  /** Changes what the reference gets. */
  readonly spoil?: (contents: Contents) => Contents;
}

async function compare(path: string, start: (contents: Contents) => Promise<Reference>, given: Given = {}): Promise<Outcome> {
  const create = await openSubject(path, { machine: "pc", ram: undefined, append: undefined });
  const subject = await create();
  try {
    const reference = await start((given.spoil ?? ((contents) => contents))(subject.contents));
    try {
      return await lockstep(subject.core, reference, {
        instructionsMax: given.instructionsMax ?? 10_000,
        compareInputs: given.compareInputs ?? false,
        isDevice: subject.isDevice,
        progress: async () => false,
      });
    } finally {
      await reference.close();
    }
  } finally {
    subject.free();
  }
}

function shown(difference: Difference | undefined): string | undefined {
  if (difference === undefined) return undefined;
  const { eip, bytes, codeBig } = difference.at;
  return `${eip.toString(16)} ${disassemble(bytes, eip, codeBig)}`;
}

const countdown = (from: number): number[][] => [
  [0xb9, from, 0x00], // mov cx,from
  [0x31, 0xc0], // xor ax,ax
  [0x01, 0xc8], // add ax,cx
  [0xe2, 0xfc], // loop back to the addition
  END,
];
const readsStatus = [
  [0xb8, 0x01, 0x00], // mov ax,1
  [0xe4, 0x64], // in al,64h: here 0, in a PC with a keyboard not
  [0x84, 0xc0], // test al,al
  [0x74, 0x02], // jz over the next two
  [0x40, 0x40], // inc ax twice
  END,
];

for (const { name, start } of references) {
  test(`a program does the same on the core and in ${name}, and ends both`, async () => {
    const { end, instructions } = await compare(rom("countdown", ...countdown(20)), start);
    assert.is(end, "ended");
    assert.ok(instructions >= 43, `${instructions} instructions`);
  });

  test(`a program that differs in one byte is found out at that instruction in ${name}`, async () => {
    const path = rom("countdown", ...countdown(20));
    const { end, instructions, difference } = await compare(path, start, {
      spoil(contents) {
        const image = Uint8Array.from(contents.rom);
        image[image.length - ROM_BYTES + 6] = 0xc9; // add cx,cx
        return { ...contents, rom: image };
      },
    });
    assert.is(end, "difference");
    assert.is(instructions, 4);
    assert.is(shown(difference), "5 add ax,cx");
    assert.equal(difference?.values, [
      { register: "eax", core: 20, reference: 0 },
      { register: "ecx", core: 20, reference: 19 * 2 + 2 },
    ]);
    assert.equal(difference?.before.map(({ eip }) => eip), [RESET_VECTOR, 0, 3]);
  });

  test(`what a port reads is told ${name}, or is the difference that is found`, async () => {
    const path = rom("reads-status", ...readsStatus);
    assert.is((await compare(path, start)).end, "ended");
    const { difference, instructions } = await compare(path, start, { compareInputs: true });
    assert.is(shown(difference), "3 in al,64h");
    assert.is(instructions, 3);
  });

  test(`exceptions and INT n are the same on the core and in ${name}`, async () => {
    const path = rom("exceptions",
      [0x31, 0xc0, 0x8e, 0xd8, 0x8e, 0xd0, 0xbc, 0x00, 0x7c], // ds = ss = 0, sp = 7C00h
      [0xc7, 0x06, 0x00, 0x00, 0x22, 0x00, 0x8c, 0x0e, 0x02, 0x00], // vector 0: F000:0022
      [0xc7, 0x06, 0x84, 0x00, 0x27, 0x00, 0x8c, 0x0e, 0x86, 0x00], // vector 21h: F000:0027
      [0x31, 0xc9, 0xf7, 0xf1, 0x90], // cx = 0, div cx
      [0x5b, 0x59, 0x5a, 0xcd, 0x21], // 0022: pop bx, cx, dx; int 21h
      [0x5e, 0x5f, 0x5d, ...END], // 0027: pop si, di, bp
    );
    assert.is((await compare(path, start)).end, "ended");
  });
}

withQemu("flags that the manuals leave undefined make no difference, not even through PUSHF", async () => {
  const path = rom("undefined-flags",
    [0x31, 0xc0, 0x8e, 0xd0, 0xbc, 0x00, 0x7c], // ss = 0, sp = 7C00h
    [0xb8, 0x35, 0x12, 0xbb, 0x77, 0x65], // ax = 1235h, bx = 6577h
    [0x21, 0xd8, 0x9c, 0x59], // and ax,bx: AF; pushf, pop cx
    [0xf7, 0xe3, 0x9c, 0x59], // mul bx: SF ZF AF PF
    [0xb1, 0x0b, 0xd2, 0xe0, 0x9c, 0x59], // shl al,11: CF OF AF
    [0x0f, 0xa5, 0xd8, 0x9c, 0x59], // shld ax,bx,cl: OF AF
    END,
  );
  assert.is((await compare(path, startQemu)).end, "ended");
});

withQemu("an interrupt that the core takes is taken over", async () => {
  const { end, interrupts, difference } = await compare(await assemble("interrupts", "rom"), startQemu, { instructionsMax: 600 });
  assert.is(end, "limit", shown(difference));
  assert.ok(interrupts >= 1, `${interrupts} interrupts`);
});

withQemu("a program that a loader starts is the same from the reset on", async () => {
  assert.is((await compare(await assemble("multiboot", "kernel"), startQemu)).end, "ended");
});

function command(...args: readonly string[]) {
  return spawnSync(fromRoot("atomicos"), ["lockstep", ...args], { cwd: folder, input: "", encoding: "utf8" });
}

withQemu("the command shows a difference with what came before, and says so with its status", () => {
  const path = rom("reads-status", ...readsStatus);
  const same = command(path);
  assert.is(same.status, 0, same.stderr);
  assert.match(same.stdout, /^equal to QEMU: \d+ instructions, 0 interrupts; the program has ended the run\n$/);
  const { status, stdout } = command("--compare-inputs", path);
  assert.is(status, 1);
  assert.match(stdout, /^different from QEMU after 3 instructions/);
  assert.match(stdout, / {2}2 {2}F000:00000000 {2}b80100 +mov ax,1\n {2}> +3 {2}F000:00000003 {2}e464 +in al,64h\n/);
  assert.match(stdout, /\n +eax +00000000 {2}000000[0-9A-F]{2}\n/);
  const json: unknown = JSON.parse(command("--compare-inputs", "--json", path).stdout);
  assert.ok(typeof json === "object" && json !== null && "equal" in json && json.equal === false);
});

withQemu("docs/lockstep.md shows what one sees", () => {
  const page = readFileSync(fromRoot("docs", "lockstep.md"), "utf8");
  writeFileSync(join(folder, "keyboard.S"), /```asm\n([^]*?)```/.exec(page)?.[1] ?? "");
  const sessions = [...page.matchAll(/\$ (\S+) ([^\n]*keyboard[^\n]*)\n((?:(?!\$ |```)[^\n]*\n)*)/g)];
  assert.is(sessions.length, 3);
  for (const [, program = "", args = "", output] of sessions) {
    const path = program === "./atomicos" ? fromRoot("atomicos") : program;
    assert.is(spawnSync(path, args.split(" "), { cwd: folder, encoding: "utf8" }).stdout, output, args);
  }
});

withQemu("Ctrl-C ends it with the signal's status", async () => {
  const child = spawn(fromRoot("atomicos"), ["lockstep", rom("endless", [0xeb, 0xfe])], { stdio: ["ignore", "ignore", "pipe"] });
  // Its first words after the machine is there: that it is under way.
  child.stderr.on("data", (bytes: Buffer) => {
    if (bytes.toString().includes("instructions equal")) child.kill("SIGINT");
  });
  assert.equal(await once(child, "exit"), [130, null]);
});

test("a register that the model does not have is named", async () => {
  const machine = createMachine(await buildPc({ ramBytes, traced: false }));
  assert.throws(() => machine.watch(["pc_soc.cpu.execute_stage.wisdom"]), /named pc_soc\.cpu\.execute_stage\.wisdom$/);
  machine.free();
});

test("a wrong command line is explained", () => {
  const image = rom("countdown", ...countdown(1));
  for (const [args, message] of [
    [[], "lockstep takes one image; see: atomicos lockstep --help"],
    [["--machine", "atomico", image], 'there is no machine "atomico"; did you mean --machine atomicos?'],
    [["--reference", "boch", image], 'there is no reference "boch"; did you mean --reference bochs?'],
    [["--machine", "atomicos", "--ram", "1M", image], "the machine atomicos does not take --ram"],
    [["missing.bin"], "cannot open missing.bin: there is no such file"],
  ] as const) {
    const { status, stderr } = command(...args);
    assert.is(status, 2);
    assert.match(stderr, message);
  }
});

test.run();
