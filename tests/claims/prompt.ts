// What the prompt answers, and how a line is typed and corrected.

import * as assert from "uvu/assert";

import { answer, type Claim, PROMPT, type SerialLine } from "./claim.ts";

type Options = Pick<Claim, "needs">;
const atPrompt = (name: string, holds: Claim["holds"], options: Options = {}): Claim =>
  ({ name, system: "console", from: "ready", holds, ...options });

/** The one line that a typed line is answered with. */
const answered = (name: string, typed: string, expected: string): Claim =>
  atPrompt(name, async (line) => assert.equal(await answer(line, typed), [expected]));

/** Ticks since the start, as `uptime` says. */
async function uptime(line: SerialLine): Promise<number> {
  const [text = ""] = await answer(line, "uptime");
  const match = /^(\d+) ticks, (\d+) ms$/.exec(text);
  assert.ok(match, text);
  assert.is(match[1], match[2]);
  return Number(match[1]);
}

async function waitTicks(line: SerialLine, ticks: number): Promise<void> {
  const start = await uptime(line);
  while ((await uptime(line)) < start + ticks);
}

interface TaskRow {
  readonly state: string;
  readonly dispatched: number;
  readonly cycles: number;
  readonly faults: number;
  readonly work: number;
}

async function tasks(line: SerialLine): Promise<ReadonlyMap<string, TaskRow>> {
  const [head, ...rows] = await answer(line, "tasks");
  assert.is(head, "id  name     state    priority  dispatched         cycles  faults        work");
  return new Map(rows.map((row, index) => {
    const [id, name = "", state = "", , dispatched, cycles, faults, work] = row.trim().split(/ +/);
    assert.is(Number(id), index);
    return [name, {
      state, dispatched: Number(dispatched), cycles: Number(cycles), faults: Number(faults), work: Number(work),
    }] as const;
  }));
}

const cyclesOfAll = (table: ReadonlyMap<string, TaskRow>): number =>
  [...table.values()].reduce((sum, task) => sum + task.cycles, 0);

const TICK_CYCLES = 25_000;

const byteText = (image: Buffer, at: number, count: number): string =>
  [...image.subarray(at, at + count)].map((byte) => byte.toString(16).toUpperCase().padStart(2, "0")).join(" ");
const characters = (image: Buffer, at: number, count: number): string =>
  image.subarray(at, at + count).toString("latin1").replaceAll(/[^ -~]/g, ".");

const notANumber = (word: string): string => `mem: "${word}" is not a hexadecimal number of 1 to 8 digits`;
const MEMORY = "RAM is 00000000 to 0003FFFF, ROM is FFFFC000 to FFFFFFFF";

export const promptClaims: readonly Claim[] = [
  atPrompt("help lists every command", async (line) => {
    assert.equal(await answer(line, "help"), [
      "  help               list the commands",
      "  tasks              list the tasks: state, times dispatched, cycles used, faults, work",
      "  uptime             ticks and milliseconds since the reset",
      "  mem    ADDR [LEN]  show memory; both numbers hexadecimal",
      "  echo   [TEXT]      repeat the text",
      "  crash              run an undefined instruction, to see what is reported",
    ]);
  }),

  atPrompt("two tasks that never give the processor up share it by turns", async (line) => {
    await waitTicks(line, 10);
    const before = await tasks(line);
    await waitTicks(line, 60);
    const after = await tasks(line);
    assert.equal([...after].map(([name, { state }]) => [name, state]), [
      ["idle", "ready"], ["console", "running"], ["count-a", "ready"], ["count-b", "ready"],
      ["uart", "waiting"], ["faults", "waiting"],
    ]);
    const gained = (name: string, column: "dispatched" | "cycles" | "work"): number =>
      (after.get(name)?.[column] ?? NaN) - (before.get(name)?.[column] ?? NaN);
    for (const column of ["cycles", "work"] as const) {
      const ratio = gained("count-a", column) / gained("count-b", column);
      assert.ok(ratio > 0.7 && ratio < 1.4, `${column}: count-a got ${ratio} times what count-b got`);
    }
    // Its cycles are those of interrupts.
    assert.is(gained("idle", "dispatched"), 0);
    assert.ok(gained("console", "cycles") > 0);
  }),

  atPrompt("the cycles of all tasks together are the time since the reset", async (line) => {
    await waitTicks(line, 30);
    const ticksBefore = await uptime(line);
    const ticks = cyclesOfAll(await tasks(line)) / TICK_CYCLES;
    const ticksAfter = await uptime(line);
    assert.ok(ticks >= ticksBefore && ticks <= ticksAfter + 1, `${ticks} ticks, from ${ticksBefore} to ${ticksAfter}`);
  }),

  atPrompt("the time that a report takes is counted", async (line) => {
    const ticksBefore = await uptime(line);
    const cyclesBefore = cyclesOfAll(await tasks(line));
    for (let i = 0; i < 5; i++) await answer(line, "crash");
    const cyclesAfter = cyclesOfAll(await tasks(line));
    const ticksAfter = await uptime(line);
    assert.ok(ticksAfter - ticksBefore >= Math.floor((cyclesAfter - cyclesBefore) / TICK_CYCLES));
  }),

  atPrompt("mem shows memory as it is", async (line, image) => {
    assert.equal(await answer(line, "mem 1000 14"), [
      `00001000  ${byteText(image, 0, 16)}  |${characters(image, 0, 16)}|`,
      `00001010  ${byteText(image, 16, 4).padEnd(47)}  |${characters(image, 16, 4)}|`,
    ]);
  }),
  atPrompt("mem shows 64 bytes if it is not told how many, and takes 0x before a number", async (line) => {
    const rows = await answer(line, "mem 0x2008");
    assert.equal(rows.map((row) => row.slice(0, 8)), ["00002008", "00002018", "00002028", "00002038"]);
  }),
  atPrompt("mem shows the ROM's last bytes", async (line) => {
    assert.match((await answer(line, "mem fffffff0 10")).join("\n"), /^FFFFFFF0 ( [0-9A-F]{2}){16} {2}\|.{16}\|$/);
  }),
  answered("mem shows the RAM's last byte", "mem 3ffff 1", `0003FFFF  ${"00".padEnd(47)}  |.|`),
  answered("mem without an address shows its usage", "mem", "usage: mem ADDR [LEN]"),
  answered("mem with too many words shows its usage", "mem 1 2 3", "usage: mem ADDR [LEN]"),
  answered("mem refuses what is no number", "mem 12g4", notANumber("12g4")),
  answered("mem refuses an address of more than 32 bits", "mem 123456789", notANumber("123456789")),
  answered("mem refuses 0x without digits", "mem 0x", notANumber("0x")),
  answered("mem refuses a length that is no number", "mem 0 -1", notANumber("-1")),
  answered("mem refuses the length 0", "mem 1000 0", "mem: the length must be 1 to 400"),
  answered("mem refuses a length above its limit", "mem 1000 401", "mem: the length must be 1 to 400"),
  answered("mem refuses an address behind the RAM", "mem 40000", `mem: no memory at 00040000; ${MEMORY}`),
  answered("mem refuses a device's registers", "mem fee00020 4", `mem: no memory at FEE00020; ${MEMORY}`),
  answered("mem refuses to run past the end of the RAM", "mem 3ffff 2",
    `mem: 002 bytes from 0003FFFF on run past the end of memory; ${MEMORY}`),
  answered("mem refuses to run around the end of the address space", "mem ffffffff 2",
    `mem: 002 bytes from FFFFFFFF on run past the end of memory; ${MEMORY}`),

  answered("echo repeats the text, blanks included", "  echo  a  b ", " a  b "),
  answered("echo without text prints an empty line", "echo", ""),
  answered("a command without arguments refuses them", "uptime 1", "usage: uptime"),
  answered("an unknown command is named", "frobnicate 1 2", 'unknown command "frobnicate"; help lists the commands'),
  answered("the beginning of a command is not the command", "hel", 'unknown command "hel"; help lists the commands'),
  answered("backspace and delete take the last character back", "echo abc\x08\x7fd", "ad"),
  answered("Ctrl-U takes the line back", "frobnicate\x15echo a", "a"),
  answered("an arrow key is ignored as a whole", "ec\x1b[Aho\x1bOB \x1b[1;5Cx", "x"),
  // But for NUL, which begins a frame of the debugger's on a machine that has a debug unit.
  answered("control characters and bytes above 7Eh are ignored", "echo\x01 \x09a\xe4\x80b", "ab"),
  answered("characters behind the 78th are refused", `echo ${"a".repeat(73)}bcd`, "a".repeat(73)),
  atPrompt("a character behind the 78th rings the bell", async (line) => {
    line.type(`${"x".repeat(78)}y`);
    assert.is(await line.waitFor("\x07"), `${"x".repeat(78)}\x07`);
  }),
  atPrompt("backspace on an empty line shows nothing", async (line) => {
    line.type("\x08\x7fz");
    assert.is(await line.waitFor("z"), "z");
  }),
  atPrompt("an empty line is answered with the prompt alone", async (line) => {
    line.type("\r   \r");
    assert.is(await line.waitFor(`   \r\n${PROMPT}`), `\r\n${PROMPT}   \r\n${PROMPT}`);
  }),
  atPrompt("CR LF ends one line, LF alone ends one too", async (line) => {
    line.type("echo a\r\necho b\necho c\r");
    const text = await line.waitFor(`echo c\r\nc\r\n${PROMPT}`);
    assert.is(text, `echo a\r\na\r\n${PROMPT}echo b\r\nb\r\n${PROMPT}echo c\r\nc\r\n${PROMPT}`);
  }),
  atPrompt("Ctrl-C abandons the line", async (line) => {
    line.type("crash\x03");
    assert.is(await line.waitFor(PROMPT), `crash^C\r\n${PROMPT}`);
  }),
  atPrompt("input that comes faster than it is taken is counted, and the prompt goes on", async (line) => {
    line.type("mem 0 400\r");
    await line.waitFor("00000010  ");
    line.type("x".repeat(4000));
    await line.waitFor(PROMPT);
    line.type("\x15\r");
    await line.waitFor("input too fast: ");
    assert.match(await line.waitFor("\r\n"), /^at least \d+ characters lost\r\n$/);
    line.type("\x15echo alive\r");
    await line.waitFor("\r\nalive\r\n");
  }, { needs: "unpaced line" }),

  atPrompt("crash reports the exception and gives the prompt back", async (line) => {
    const [blank, title, state = "", general = "", index = "", code = "", end] = await answer(line, "crash");
    assert.is(blank, "");
    assert.is(title, "*** Exception 6 #UD (invalid opcode) in console");
    assert.match(state, /^ {2}eip 0000[0-9A-F]{4} {2}cs 001B {2}eflags 000[01]0[0-9A-F]{3} {2}error none$/);
    assert.match(general, /^ {2}eax [0-9A-F]{8} {2}ebx [0-9A-F]{8} {2}ecx [0-9A-F]{8} {2}edx [0-9A-F]{8}$/);
    assert.match(index, /^ {2}esi [0-9A-F]{8} {2}edi [0-9A-F]{8} {2}ebp [0-9A-F]{8} {2}esp [0-9A-F]{8}$/);
    assert.match(code, /^ {2}code 0F 0B( [0-9A-F]{2}){10}$/);
    assert.is(end, "*** Task console is restarted.");
    assert.is((await tasks(line)).get("console")?.faults, 1);
  }),
];
