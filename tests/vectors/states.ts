// The captured states: what a case is, and the file that holds them all.
//
// The file is compressed with Brotli. Inside: the length of a JSON object, that object (the forms in order), and the
// cases of all forms one after the other. Numbers are little-endian; a case is
//   the registers before (16 bits each, in the order of `registers`)
//   which registers have changed (16 bits, one for each), and what those are after
//   the length of the instruction with the HLT behind it
//   memory before, and what of it has changed after: the number of runs (16 bits), each an address (24 bits),
//   a length (8 bits) and its bytes
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, brotliDecompressSync, constants } from "node:zlib";

export const registers = [
  "ax", "bx", "cx", "dx", "cs", "ss", "ds", "es", "sp", "bp", "si", "di", "ip", "flags",
] as const;
export type RegisterName = (typeof registers)[number];
export type Registers = Readonly<Record<RegisterName, number>>;

/** A byte of memory, by its physical address. */
export type Bytes = ReadonlyMap<number, number>;

export interface State {
  readonly registers: Registers;
  /** Before: all that is read. After: all that has changed. */
  readonly memory: Bytes;
}

export interface Case {
  /** Of the instruction and the HLT behind it. */
  readonly length: number;
  readonly before: State;
  readonly after: State;
}

export interface Form {
  /** The opcode in hexadecimal, and after a point the extension in ModRM: "F7.6". */
  readonly name: string;
  /** The flags that the 80286's manual defines. */
  readonly flags_mask: number;
  readonly cases: readonly Case[];
}

interface Header {
  readonly source: string;
  readonly forms: readonly { readonly name: string; readonly flags_mask: number; readonly cases: number }[];
}

const run_bytes_max = 255;

export function pack(source: string, forms: readonly Form[]): Buffer {
  const out: number[] = [];
  const put = (value: number, bytes: number): void => {
    for (let i = 0; i < bytes; i++) out.push((value >> (8 * i)) & 0xff);
  };
  const putMemory = (memory: Bytes): void => {
    const runs = runsOf(memory);
    put(runs.length, 2);
    for (const [address, bytes] of runs) {
      put(address, 3);
      put(bytes.length, 1);
      out.push(...bytes);
    }
  };
  for (const { length, before, after } of forms.flatMap(({ cases }) => cases)) {
    for (const name of registers) put(before.registers[name], 2);
    const changed = registers.filter((name) => after.registers[name] !== before.registers[name]);
    put(changed.reduce((bits, name) => bits | (1 << registers.indexOf(name)), 0), 2);
    for (const name of changed) put(after.registers[name], 2);
    put(length, 1);
    putMemory(before.memory);
    putMemory(after.memory);
  }
  const header: Header = { source, forms: forms.map(({ cases, ...form }) => ({ ...form, cases: cases.length })) };
  const text = Buffer.from(JSON.stringify(header));
  const size = Buffer.alloc(4);
  size.writeUInt32LE(text.length);
  return brotliCompressSync(Buffer.concat([size, text, Buffer.from(out)]), {
    params: { [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS },
  });
}

function runsOf(memory: Bytes): [number, number[]][] {
  const runs: [number, number[]][] = [];
  for (const [address, byte] of [...memory].toSorted(([a], [b]) => a - b)) {
    const last = runs.at(-1);
    if (last !== undefined && last[0] + last[1].length === address && last[1].length < run_bytes_max) last[1].push(byte);
    else runs.push([address, [byte]]);
  }
  return runs;
}

export function unpack(file: Uint8Array): Form[] {
  const data = brotliDecompressSync(file);
  let at = 4 + data.readUInt32LE(0);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by `pack`
  const header = JSON.parse(data.subarray(4, at).toString()) as Header;
  const take = (bytes: number): number => {
    at += bytes;
    return data.readUIntLE(at - bytes, bytes);
  };
  const takeMemory = (): Bytes => {
    const memory = new Map<number, number>();
    for (let runs = take(2); runs > 0; runs--) {
      const address = take(3);
      const length = take(1);
      for (let i = 0; i < length; i++) memory.set(address + i, take(1));
    }
    return memory;
  };
  const takeCase = (): Case => {
    const before = Object.fromEntries(registers.map((name) => [name, take(2)]));
    const changed = take(2);
    const after = Object.fromEntries(
      registers.map((name, i) => [name, (changed & (1 << i)) === 0 ? before[name] : take(2)]),
    );
    const length = take(1);
    return {
      length,
      before: { registers: allOf(before), memory: takeMemory() },
      after: { registers: allOf(after), memory: takeMemory() },
    };
  };
  return header.forms.map(({ cases, ...form }) => ({ ...form, cases: Array.from({ length: cases }, takeCase) }));
}

function allOf(values: Readonly<Record<string, number | undefined>>): Registers {
  const value = (name: RegisterName): number => values[name] ?? 0;
  return {
    ax: value("ax"), bx: value("bx"), cx: value("cx"), dx: value("dx"),
    cs: value("cs"), ss: value("ss"), ds: value("ds"), es: value("es"),
    sp: value("sp"), bp: value("bp"), si: value("si"), di: value("di"), ip: value("ip"), flags: value("flags"),
  };
}

/** The physical address of an offset in real mode. */
export const physical = (segment: number, offset: number): number => segment * 16 + (offset & 0xffff);

export const readForms = (): Form[] => unpack(readFileSync(fileURLToPath(new URL("80286.br", import.meta.url))));
