// What sources say about their paths: the records of the section `.wcet`. kernel/freestanding/flow_facts.h writes them
// and explains each; the numbers here and there must agree, and a test holds them together.
import type { ElfFile } from "../kernel/elf.ts";

/** By number, from 1. */
export const recordKinds = [
  "enter",
  "iter",
  "forever",
  "operation",
  "repeat",
  "targets",
  "switch",
  "resume",
  "leave",
] as const;
export type RecordKind = (typeof recordKinds)[number];

/** How control comes into an operation, by number. */
export const entryWays = [
  "call",
  "interrupt",
  "exception with error code",
  "sysenter",
  "software interrupt",
  "call gate",
  "inside",
] as const;
export type EntryWay = (typeof entryWays)[number];

export interface Marker {
  readonly address: number;
  readonly loop: number;
  readonly bound: number;
}

/** A piece of the kernel that has a bound of its own. */
export interface Operation {
  readonly name: string;
  readonly address: number;
  readonly way: EntryWay;
  /** In EAX, where the call's number is known. */
  readonly number: number | undefined;
}

export interface FlowFacts {
  readonly enter: readonly Marker[];
  readonly iter: readonly Marker[];
  /** Never left again: a halted machine, the life of a task. */
  readonly forever: ReadonlySet<number>;
  /** The operation is over. */
  readonly leave: ReadonlySet<number>;
  /** At most so many repetitions of the next string instruction, by the marker's address. */
  readonly repeats: ReadonlyMap<number, number>;
  /** Where the next indirect call or jump leads, by the marker's address. */
  readonly targets: ReadonlyMap<number, readonly number[]>;
  /** Instructions that return on another stack. */
  readonly switches: ReadonlySet<number>;
  /** Where contexts begin that were never left. */
  readonly resumes: readonly number[];
  readonly operations: readonly Operation[];
  /** Of all markers that are instructions themselves. */
  readonly nops: ReadonlySet<number>;
}

const record_bytes = 16;
const word_bytes = 4;
const way_bits = 8;
/** Of a call's number: not known. */
const no_number = 0xffffff;
const markers = new Set<RecordKind>(["enter", "iter", "forever", "repeat", "targets", "leave"]);

interface Record {
  readonly kind: RecordKind;
  readonly address: number;
  readonly first: number;
  readonly second: number;
}

function recordsOf(elf: ElfFile): Record[] {
  const bytes = elf.sections.find(({ name }) => name === ".wcet")?.bytes ?? new Uint8Array();
  if (bytes.length % record_bytes !== 0) throw new Error(`.wcet has ${bytes.length} bytes: not whole records`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / record_bytes }, (_, index) => {
    const word = (n: number): number => view.getUint32(record_bytes * index + word_bytes * n, true);
    const kind = recordKinds[word(1) - 1];
    if (kind === undefined) throw new Error(`.wcet record ${index} is of the unknown kind ${word(1)}`);
    return { kind, address: word(0), first: word(2), second: word(3) };
  });
}

export function flowFacts(elf: ElfFile): FlowFacts {
  const records = recordsOf(elf);
  const of = (kind: RecordKind): Record[] => records.filter((record) => record.kind === kind);
  const places = (kind: RecordKind): Set<number> => new Set(of(kind).map(({ address }) => address));
  const loopMarkers = (kind: RecordKind): Marker[] =>
    of(kind).map(({ address, first, second }) => ({ address, loop: first, bound: second }));
  return {
    enter: loopMarkers("enter"),
    iter: loopMarkers("iter"),
    forever: places("forever"),
    leave: places("leave"),
    repeats: new Map(of("repeat").map(({ address, second }) => [address, second])),
    targets: new Map(
      of("targets").map(({ address, first, second }) => [
        address,
        Array.from({ length: second }, (_, index) => wordAt(elf, first + word_bytes * index)),
      ]),
    ),
    switches: places("switch"),
    resumes: [...places("resume")],
    operations: of("operation").map((record) => operation(elf, record)),
    nops: new Set(records.flatMap(({ kind, address }) => (markers.has(kind) ? [address] : []))),
  };
}

function operation(elf: ElfFile, { address, first, second }: Record): Operation {
  const way = entryWays[first % 2 ** way_bits];
  const number = first >>> way_bits;
  const name = textAt(elf, second);
  if (way === undefined) throw new Error(`operation ${name} is entered in the unknown way ${first % 2 ** way_bits}`);
  return { name, address, way, number: number === no_number ? undefined : number };
}

/** Names are in a section of their own, which is not loaded; like .wcet it is linked to address 0. */
function textAt(elf: ElfFile, at: number): string {
  const section = elf.sections.find(({ name }) => name === ".wcet_names");
  const bytes = section?.bytes.subarray(at - section.address) ?? new Uint8Array();
  const end = bytes.indexOf(0);
  return Buffer.from(bytes.subarray(0, end < 0 ? 0 : end)).toString();
}

/** A word of the loaded image. */
export function wordAt(elf: ElfFile, address: number): number {
  const bytes = bytesAt(elf, address, word_bytes);
  if (bytes.length < word_bytes) throw new Error(`nothing is loaded at ${address.toString(16)}h`);
  return new DataView(bytes.buffer, bytes.byteOffset, word_bytes).getUint32(0, true);
}

/** Up to so many bytes of the image as it is linked; none where nothing is loaded. */
export function bytesAt(elf: ElfFile, address: number, count: number): Uint8Array {
  const section = elf.sections.find(
    ({ allocated, bytes, address: first }) => allocated && address >= first && address < first + bytes.length,
  );
  return section?.bytes.subarray(address - section.address, address - section.address + count) ?? new Uint8Array();
}
