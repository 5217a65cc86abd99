// ELF32 files, little-endian: as much of the format as an image for this machine needs.
// A reader of program headers and section contents; the file's bytes stay the caller's and may be changed in place.

export interface ElfSegment {
  /** Physical address of the first byte. */
  readonly address: number;
  /** Where the program expects it once it has set up paging; the same without. */
  readonly virtualAddress: number;
  /** The bytes a loader copies: a view of the file, so writing to it changes the file's bytes. */
  readonly bytes: Uint8Array;
  /** Size in memory; what lies behind the bytes is zero when the program starts, or cleared by it. */
  readonly memoryBytes: number;
  readonly executable: boolean;
  readonly writable: boolean;
}

export interface ElfSection {
  readonly name: string;
  readonly address: number;
  /** Size in memory; of a section without contents (.bss) too. */
  readonly memoryBytes: number;
  /** Whether the section takes room in the machine's memory. */
  readonly allocated: boolean;
  readonly bytes: Uint8Array;
}

export interface ElfSymbol {
  readonly name: string;
  readonly address: number;
  readonly bytes: number;
  readonly isFunction: boolean;
}

export interface ElfFile {
  readonly entry: number;
  /** The PT_LOAD segments, in the file's order. */
  readonly segments: readonly ElfSegment[];
  readonly sections: readonly ElfSection[];
  /** Empty if the file was stripped. */
  readonly symbols: readonly ElfSymbol[];
}

const MAGIC = 0x7f454c46;
const CLASS_32 = 1;
const LITTLE_ENDIAN = 1;
const MACHINE_386 = 3;
const PT_LOAD = 1;
const PF_EXECUTE = 1;
const PF_WRITE = 2;
const SHT_SYMTAB = 2;
const SHT_NOBITS = 8;
const STT_FUNC = 2;
const SYMBOL_BYTES = 16;
const SHF_ALLOC = 2;

/** Reads the file's tables. `name` is for the message when it is not what it should be. */
export function readElf(file: Uint8Array, name: string): ElfFile {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const half = (offset: number): number => view.getUint16(offset, true);
  const word = (offset: number): number => view.getUint32(offset, true);
  if (file.length < 52 || view.getUint32(0) !== MAGIC) throw new Error(`${name} is not an ELF file`);
  if (file[4] !== CLASS_32 || file[5] !== LITTLE_ENDIAN || half(18) !== MACHINE_386) {
    throw new Error(`${name} is an ELF file, but not for a 32-bit x86`);
  }
  const contents = (offset: number, bytes: number): Uint8Array => {
    if (offset + bytes > file.length) {
      throw new Error(`${name} is cut off: ${file.length} bytes, ${offset + bytes} needed`);
    }
    return file.subarray(offset, offset + bytes);
  };
  const programHeaders = table(word(28), half(42), half(44));
  const sectionHeaders = table(word(32), half(46), half(48));
  if ([...programHeaders, ...sectionHeaders].some((offset) => offset + 32 > file.length)) {
    throw new Error(`${name} is cut off: its tables lie behind its ${file.length} bytes`);
  }

  const segments = programHeaders
    .filter((at) => word(at) === PT_LOAD)
    .map((at) => ({
      address: word(at + 12),
      virtualAddress: word(at + 8),
      bytes: contents(word(at + 4), word(at + 16)),
      memoryBytes: word(at + 20),
      executable: (word(at + 24) & PF_EXECUTE) !== 0,
      writable: (word(at + 24) & PF_WRITE) !== 0,
    }));

  const sectionContents = (header: number | undefined): Uint8Array =>
    header === undefined || word(header + 4) === SHT_NOBITS
      ? new Uint8Array()
      : contents(word(header + 16), word(header + 20));
  const sectionNames = sectionContents(sectionHeaders[half(50)]);
  const sections = sectionHeaders.map((at) => ({
    name: textAt(sectionNames, word(at)),
    address: word(at + 12),
    memoryBytes: word(at + 20),
    allocated: (word(at + 8) & SHF_ALLOC) !== 0,
    bytes: sectionContents(at),
  }));

  const symbols = sectionHeaders.filter((at) => word(at + 4) === SHT_SYMTAB).flatMap((header) => {
    const names = sectionContents(sectionHeaders[word(header + 24)]);
    return table(word(header + 16), SYMBOL_BYTES, sectionContents(header).length / SYMBOL_BYTES).map((at) => ({
      name: textAt(names, word(at)),
      address: word(at + 4),
      bytes: word(at + 8),
      isFunction: ((file[at + 12] ?? 0) & 15) === STT_FUNC,
    }));
  });
  return { entry: word(24), segments, sections, symbols };
}

/** Where the entries of a table start. */
const table = (offset: number, entryBytes: number, count: number): number[] =>
  Array.from({ length: count }, (_, index) => offset + index * entryBytes);

function textAt(texts: Uint8Array, offset: number): string {
  const end = texts.indexOf(0, offset);
  return Buffer.from(texts.subarray(offset, end < 0 ? texts.length : end)).toString("latin1");
}
