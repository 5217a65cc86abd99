// What a program can see of the core's state, and where the core keeps it: names of registers and memories as they
// stand in soc/cpu/ and in its Verilog, from the core's module on. For simulators that can read them.

export const generalRegisters = ["eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi"] as const;
export const segmentRegisters = ["es", "cs", "ss", "ds", "fs", "gs"] as const;

export interface Architecture {
  readonly general: readonly number[]; // in the order of generalRegisters
  readonly flags: number;
  readonly selectors: readonly number[]; // in the order of segmentRegisters
  readonly bases: readonly number[]; // linear addresses, in the same order
  readonly codeBig: boolean; // operands and addresses have 32 bits
}

/** What the core is at in a clock cycle. */
export interface Activity {
  readonly delivering: boolean; // an exception or interrupt, to its handler
  readonly acknowledges: boolean; // an interrupt from outside
}

/** A register, or a memory of so many words. */
export interface Watched {
  readonly path: string;
  readonly words: number;
}

const flagPlaces: readonly (readonly [path: string, lsb: number, width: number])[] = [
  ["execute_stage.status_carry", 0, 1],
  ["execute_stage.status_parity", 2, 1],
  ["execute_stage.status_adjust", 4, 1],
  ["execute_stage.status_zero", 6, 1],
  ["execute_stage.status_sign", 7, 1],
  ["execute_stage.system_flags.trap", 8, 1],
  ["execute_stage.system_flags.interrupts", 9, 1],
  ["execute_stage.system_flags.direction", 10, 1],
  ["execute_stage.status_overflow", 11, 1],
  ["execute_stage.system_flags.port_level", 12, 2],
  ["execute_stage.system_flags.nested", 14, 1],
  ["execute_stage.system_flags.virtual_8086", 17, 1],
  ["execute_stage.system_flags.alignment", 18, 1],
  ["execute_stage.system_flags.identification", 21, 1],
];
const FLAGS_ALWAYS = 0x2;
/** The bits of EFLAGS that `flags` has. */
export const flagsWatched = flagPlaces.reduce((bits, [, lsb, width]) => bits | (((1 << width) - 1) << lsb), FLAGS_ALWAYS);

// The register file holds bytes, of even and odd registers apart, in two banks of which one is in use; besides these eight
// it has the microcode's, and its place of ESP is not used.
const lanes = [0, 1].flatMap((bank) =>
  ["even", "odd"].flatMap((half) => [0, 1, 2, 3].map((lane) => `register_file.bank_${bank}_${half}_lane_${lane}`)),
);
const LANE_WORDS = 8;
const laneOf = (bank: number, number: number, byte: number): number => 8 * bank + 4 * (number & 1) + byte;

const single = {
  secondBank: "register_file.second",
  esp: "execute_stage.esp",
  selectors: segmentRegisters.map((_, i) => `segment_file.segment_${i}_selector`),
  bases: segmentRegisters.map((_, i) => `segment_file.segment_${i}_base`),
  flags: flagPlaces.map(([path]) => path),
  codeBig: "segment_file.segment_1_big",
  delivering: "execute_stage.delivering",
  acknowledges: "interrupt_acknowledge",
};
const singles = Object.values(single).flat();

/** What must be read, in this order, for the functions below. */
export const watched: readonly Watched[] = [
  ...lanes.map((path) => ({ path, words: LANE_WORDS })),
  ...singles.map((path) => ({ path, words: 1 })),
];

type Words = ArrayLike<number>;

const indices: ReadonlyMap<string, number> = new Map(singles.map((path, i) => [path, lanes.length * LANE_WORDS + i]));
const wordOf = (words: Words, path: string): number => words[indices.get(path) ?? 0] ?? 0;

/**
 * From the words of all that is watched. In the clock after an instruction is complete this is the state behind it; at
 * other times, when a longer instruction has done a part of its work, it is no state of the program.
 */
export function architecture(words: Words): Architecture {
  const bank = wordOf(words, single.secondBank);
  const general = (number: number): number =>
    [0, 1, 2, 3].reduce(
      (sum, byte) => sum + (words[laneOf(bank, number, byte) * LANE_WORDS + (number >> 1)] ?? 0) * 256 ** byte,
      0,
    );
  return {
    general: generalRegisters.map((name, number) => (name === "esp" ? wordOf(words, single.esp) : general(number))),
    flags: flagPlaces.reduce((sum, [path, lsb]) => sum | (wordOf(words, path) << lsb), FLAGS_ALWAYS),
    selectors: single.selectors.map((path) => wordOf(words, path)),
    bases: single.bases.map((path) => wordOf(words, path)),
    codeBig: wordOf(words, single.codeBig) !== 0,
  };
}

export function activity(words: Words): Activity {
  return {
    delivering: wordOf(words, single.delivering) !== 0,
    acknowledges: wordOf(words, single.acknowledges) !== 0,
  };
}
