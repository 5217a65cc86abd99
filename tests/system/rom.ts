// Cases → ROM images: as many as are needed, each with the monitor.

import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { fromRoot } from "../../commands/paths.ts";
import { mustSucceed } from "../../commands/process.ts";
import { readElf } from "../../kernel/elf.ts";
import { compiler } from "../../kernel/toolchain.ts";
import { defaultArena, type Range, statePatch, watched } from "./arena.ts";
import { assemble, folder, type Piece } from "./assemble.ts";
import type { Case, Group, Patch, State } from "./case.ts";
import { doubleWord, word } from "./descriptors.ts";
import {
  ARENA,
  BEFORE,
  capturedFields,
  caseFlags,
  DEFAULT,
  features,
  LOG_VECTOR,
  monitor,
  place,
  selector,
  stateFields,
} from "./layout.ts";

export interface Rom {
  readonly cases: readonly Case[];
  readonly image: Uint8Array;
  /** What the arena has before each of the cases; of one that keeps it, what is known. */
  before(index: number): Uint8Array;
}

const ROM_END = 2 ** 32;
const ROM_BYTES_MAX = 256 * 1024;
const ROM_MONITOR = ROM_END - monitor.bytes;
const INT3 = 0xcc;
const PATCH_BYTES_MAX = 255;
const RANGES_MAX = 15;

/** Of doublewords in a row, where each is. */
const offsets = (prefix: string, base: number, fields: readonly string[]): Record<string, number> =>
  Object.fromEntries(fields.map((field, index) => [`${prefix}_${field}`, base + 4 * index]));

export async function buildMonitor(): Promise<Uint8Array> {
  mkdirSync(folder, { recursive: true });
  const elf = join(folder, "monitor.elf");
  const object = join(folder, "monitor.o");
  const symbols = {
    MONITOR: monitor.address,
    MONITOR_DATA: monitor.data,
    STUBS: monitor.stubs,
    ARENA,
    BEFORE,
    DEFAULT,
    MONITOR_CODE_SELECTOR: selector.monitorCode,
    MONITOR_DATA_SELECTOR: selector.monitorData,
    LOG_VECTOR,
    ROM_MONITOR,
    captured: monitor.captured,
    CAPTURED_BYTES: 4 * capturedFields.length,
    ...offsets("s", ARENA + place.state, stateFields),
    ...offsets("c", monitor.captured, capturedFields),
    ...caseFlags,
    ...features,
  };
  const defines = Object.entries(symbols).map(([name, value]) => `-Wa,--defsym,${name}=${value}`);
  await mustSucceed(compiler, ["-m32", "-c", ...defines, fromRoot("tests", "system", "monitor.S"), "-o", object]);
  await mustSucceed(compiler, [
    "-m32",
    "-nostdlib",
    "-static",
    "-no-pie",
    "-Wl,--build-id=none",
    `-Wl,-Ttext=0x${monitor.address.toString(16)}`,
    "-Wl,-e,0",
    "-Wl,--no-warn-rwx-segments",
    "-Wl,-z,max-page-size=4096",
    "-o",
    elf,
    object,
  ]);
  const text = readElf(readFileSync(elf), elf).sections.find((section) => section.name === ".text");
  if (text?.bytes.length !== monitor.bytes) throw new Error(`${elf} is not the monitor`);
  return text.bytes;
}

const pieces = ({ code, bits = 32, at = place.code, more = [] }: Case): Piece[] => [
  { code, bits, at },
  ...more.map((piece) => ({ ...piece, bits: piece.bits ?? 32 })),
];

/** What is different in the arena when a case begins. */
function patches(one: Case, code: (piece: Piece) => readonly number[]): Patch[] {
  const state: State = { ...(one.at === undefined ? {} : { eip: one.at }), ...one.state };
  return [
    ...pieces(one).map((piece) => ({ at: piece.at, bytes: [...code(piece), INT3] })),
    ...(one.patches ?? []),
    ...stateFields.flatMap((field) => (state[field] === undefined ? [] : [statePatch(field, state[field])])),
  ];
}

function encode(one: Case, list: readonly Patch[], ranges: readonly Range[]): number[] {
  for (const { at, bytes } of list) {
    const isWatched = ranges.some((range) => at >= range.at && at + bytes.length <= range.at + range.bytes);
    if (!isWatched)
      throw new Error(`${one.name}: ${bytes.length} bytes at ${at.toString(16)}h are outside of what is restored`);
  }
  const flags =
    (one.keepArena === true ? caseFlags.CASE_KEEP_ARENA : 0) | (one.keepTasks === true ? caseFlags.CASE_KEEP_TASKS : 0);
  const parts = list.flatMap(({ at, bytes }) =>
    Array.from({ length: Math.ceil(bytes.length / PATCH_BYTES_MAX) }, (_, index) => {
      const part = bytes.slice(index * PATCH_BYTES_MAX, (index + 1) * PATCH_BYTES_MAX);
      return [...word(at + index * PATCH_BYTES_MAX), part.length, ...part];
    }),
  );
  return [flags, ...parts.flat(), 0xff, 0xff];
}

export interface RomOptions {
  readonly name: string;
  readonly group: Pick<Group, "paging" | "debug">;
  readonly cases: readonly Case[];
}

/** The images, each as small as a ROM of the PC may be. */
export async function buildRoms({ name, group, cases }: RomOptions): Promise<Rom[]> {
  const own = await buildMonitor();
  const code = await assemble(name, cases.flatMap(pieces));
  const arena = defaultArena();
  const ranges = watched(group.paging === true);
  if (ranges.length > RANGES_MAX) throw new Error("more ranges than the monitor has room for");
  const image = ranges.flatMap(({ at, bytes }) => [...arena.subarray(at, at + bytes)]);
  const room = ROM_BYTES_MAX - monitor.bytes - image.length - 1;

  const roms: Rom[] = [];
  let first = 0;
  while (first < cases.length) {
    const taken: { one: Case; list: Patch[] }[] = [];
    const bytes: number[] = [];
    for (const one of cases.slice(first)) {
      const list = patches(one, code);
      const encoded = encode(one, list, ranges);
      // A case that keeps what the one before it left is in the same ROM.
      if (bytes.length + encoded.length > room) break;
      bytes.push(...encoded);
      taken.push({ one, list });
    }
    if (taken.length === 0) throw new Error(`${name}: a case does not fit into a ROM`);
    first += taken.length;
    roms.push({
      cases: taken.map(({ one }) => one),
      image: makeImage(own, { cases: [...bytes, caseFlags.CASE_END], image, ranges, group }),
      before(index) {
        const before = Uint8Array.from(arena);
        for (const { at, bytes: changed } of taken[index]?.list ?? []) before.set(changed, at);
        return before;
      },
    });
  }
  return roms;
}

interface Contents {
  readonly cases: readonly number[];
  readonly image: readonly number[];
  readonly ranges: readonly Range[];
  readonly group: RomOptions["group"];
}

function makeImage(own: Uint8Array, { cases, image, ranges, group }: Contents): Uint8Array {
  const used = cases.length + image.length + monitor.bytes;
  const rom = new Uint8Array([64, 128, 192, 256].map((kib) => kib * 1024).find((size) => size >= used) ?? 0).fill(0xff);
  const start = ROM_END - rom.length;
  rom.set(cases, 0);
  rom.set(image, cases.length);
  rom.set(own, rom.length - monitor.bytes);
  const wanted =
    features.FEATURE_TASKS |
    (group.paging === true ? features.FEATURE_PAGING : 0) |
    (group.debug === true ? features.FEATURE_DEBUG : 0);
  const header = [wanted, start, start + cases.length, ...ranges.flatMap(({ at, bytes }) => [at, bytes])];
  rom.set(header.flatMap(doubleWord), rom.length - monitor.bytes);
  return rom;
}
