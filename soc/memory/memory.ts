// Program memory: RAM and boot ROM behind the CPU's two ports.
//
// Both ports read a window: the addressed 32-bit word in bits 31:0 and the word after it in bits 63:32, so that eight
// bytes at any word address cost one cycle. Each memory is two banks, one for words at even and one for words at odd
// addresses; of two successive words there is one in each. A window that starts at an odd word needs the even word
// after it, hence the increment on the even bank's index. The banks decode their addresses separately, so a window
// that lies across the end of a region is right in both halves.
//
// A word that one port writes while the other reads it reads as it was before in simulation, and as anything on an
// FPGA, whose block RAM does not define it: what fetches code must not rely on a word in the cycle that stores it.
//
// The arrays are named `ram_even`, `ram_odd`, `rom_even` and `rom_odd` in the Verilog; a simulator's back door may
// rely on that. Byte b of word w of region r is bits 8b+7:8b of `<r>_even[w / 2]` or `<r>_odd[(w - 1) / 2]`.
import { cat, constant, flip, input, module, mux, output, reg, type Bit, type Bits, type Builder, type Design } from "#hdl-gen";
import type { Region } from "../memory-map.ts";

export interface MemoryConfig {
  readonly ram: Region;
  /** Parts of the RAM's addresses at which it does not answer, as a PC's below 1 MB. */
  readonly ramHoles?: readonly Place[];
  readonly rom: Region;
  /** Where else the ROM answers; as large as the ROM itself. */
  readonly romMirrors?: readonly Place[];
  /** A word a line, as `romBanks` in rom-image.ts makes them; without it, what a simulator's back door puts there. */
  readonly romContents?: BankFiles;
  /** What RAM holds when an FPGA has been configured, in the same form; without it, whatever was there. */
  readonly ramContents?: BankFiles;
}

/** Addresses from a multiple of their number, a power of two. */
export type Place = Pick<Region, "base" | "size">;

/** Paths of the two banks' contents for $readmemh. */
export interface BankFiles {
  readonly even: string;
  readonly odd: string;
}

/** The CPU's view of the instruction port. */
export const fetchPort = {
  enable: output(1, "read a window; else the last one stays"),
  address: output(30, "of its first word"),
  data: input(64, "one cycle after"),
};

/** The CPU's view of the data port. */
export const dataPort = {
  enable: output(1, "read a window, or write parts of it; else the last one read stays"),
  write: output(1),
  address: output(30, "of its first word"),
  mask: output(8, "bytes to write"),
  wdata: output(64),
  rdata: input(64, "one cycle after"),
};

const ports = { fetch: flip(fetchPort), data: flip(dataPort) };

/** One bank's share of a window. */
interface Lane {
  /** As far as it counts a bank's words. */
  readonly index: Bits;
  /** The index is this one, or with `up` the next. */
  readonly before: Bits<29>;
  readonly up: Bit;
  readonly enable: Bit;
}

export function memory(config: MemoryConfig): Design<typeof ports> {
  const { ram, rom, ramHoles = [], romMirrors = [] } = config;
  for (const region of [ram, rom]) checkPlace(region, region.doc);
  for (const hole of ramHoles) checkPlace(hole, "a hole in the RAM");
  for (const mirror of romMirrors) checkPlace(mirror, "a mirror of the ROM");
  const doc = "RAM and boot ROM: two ports, each a window of two successive words in a cycle.";
  return module("memory", doc, ports, (m, io) => {
    const bits = Math.max(countBits(ram), countBits(rom));
    const fetch = lanes(m, "fetch", io.fetch.address, bits);
    const data = lanes(m, "data", io.data.address, bits);
    const store = m.nets({
      store_even: mux(data.startsOdd, io.data.wdata.slice(63, 32), io.data.wdata.slice(31, 0)),
      store_odd: mux(data.startsOdd, io.data.wdata.slice(31, 0), io.data.wdata.slice(63, 32)),
      mask_even: mux(data.startsOdd, io.data.mask.slice(7, 4), io.data.mask.slice(3, 0)),
      mask_odd: mux(data.startsOdd, io.data.mask.slice(3, 0), io.data.mask.slice(7, 4)),
    });

    const no = constant(0, 1);
    const even = bank(m, "even", config, {
      fetch: { index: fetch.even, before: fetch.odd, up: fetch.startsOdd, enable: io.fetch.enable },
      data: { index: data.even, before: data.odd, up: data.startsOdd, enable: io.data.enable },
      write: io.data.write, mask: store.mask_even, wdata: store.store_even,
    });
    const odd = bank(m, "odd", config, {
      fetch: { index: fetch.odd, before: fetch.odd, up: no, enable: io.fetch.enable },
      data: { index: data.odd, before: data.odd, up: no, enable: io.data.enable },
      write: io.data.write, mask: store.mask_odd, wdata: store.store_odd,
    });

    const r = m.regs({
      fetch_swap: reg(1, 0, "the window being delivered starts in the odd bank"),
      data_swap: reg(1, 0, "likewise"),
    });
    m.when(io.fetch.enable, () => { r.fetch_swap.next = fetch.startsOdd; });
    m.when(io.data.enable, () => { r.data_swap.next = data.startsOdd; });
    io.fetch.data.value = mux(r.fetch_swap, cat(even.fetch, odd.fetch), cat(odd.fetch, even.fetch));
    io.data.rdata.value = mux(r.data_swap, cat(even.data, odd.data), cat(odd.data, even.data));
  });
}

function lanes(
  m: Builder, port: string, address: Bits<30>, bits: number,
): { startsOdd: Bit; even: Bits; odd: Bits<29> } {
  const startsOdd = address.bit(0);
  const { odd_index, even_index } = m.scope(port, () => m.nets({
    odd_index: address.slice(29, 1),
    even_index: address.slice<number, number>(bits, 1).add(startsOdd.zext(bits)),
  }));
  return { startsOdd, even: even_index, odd: odd_index };
}

interface BankInputs {
  readonly fetch: Lane;
  readonly data: Lane;
  readonly write: Bit;
  readonly mask: Bits<4>;
  readonly wdata: Bits<32>;
}

/** Every second word of both regions; what lies in neither reads as all ones. */
function bank(
  m: Builder, name: "even" | "odd", config: MemoryConfig, inputs: BankInputs,
): { fetch: Bits<32>; data: Bits<32> } {
  const ram = m.memory(`ram_${name}`, {
    width: 32, depth: config.ram.size / 8, collisions: "undefined", doc: `RAM, ${name} words`,
    ...(config.ramContents === undefined ? {} : { init: { file: config.ramContents[name] } }),
  });
  const rom = m.memory(`rom_${name}`, {
    width: 32, depth: config.rom.size / 8, doc: `boot ROM, ${name} words`,
    // Without contents one word of some, for a ROM that nothing writes would be no memory to synthesis.
    init: config.romContents === undefined ? [0xffff_ffff] : { file: config.romContents[name] },
  });
  const { fetch, data } = inputs;
  const fetchWord = m.scope("fetch", () => m.scope(name, () => {
    const found = m.nets(hits(config, fetch));
    const words = {
      ram: ram.readSync("ram_word", { address: within(config.ram, fetch.index), enable: fetch.enable }),
      rom: rom.readSync("rom_word", { address: within(config.rom, fetch.index), enable: fetch.enable }),
    };
    return deliver(m, fetch.enable, found, words);
  }));
  const dataWord = m.scope("data", () => m.scope(name, () => {
    const found = m.nets(hits(config, data));
    const words = {
      ram: ram.port("ram_word", {
        address: within(config.ram, data.index), enable: data.enable, write: inputs.write.and(found.in_ram),
        data: inputs.wdata, byteEnable: inputs.mask,
      }),
      rom: rom.readSync("rom_word", { address: within(config.rom, data.index), enable: data.enable }),
    };
    return deliver(m, data.enable, found, words);
  }));
  return { fetch: fetchWord, data: dataWord };
}

/** Chooses by where the address was when the word was asked for. */
function deliver(
  m: Builder, enable: Bit, { in_ram, in_rom }: Hits, words: { ram: Bits<32>; rom: Bits<32> },
): Bits<32> {
  // Not found out while the memories answer: for logic behind a comparison synthesis spends 600 LUT4 on these words.
  const r = m.regs({ from_ram: reg(1), from_rom: reg(1) });
  m.when(enable, () => {
    r.from_ram.next = in_ram;
    r.from_rom.next = in_rom;
  });
  return m.nets({ word: mux(r.from_ram, words.ram, mux(r.from_rom, words.rom, 0xffff_ffff)) }).word;
}

type Hits = { readonly in_ram: Bit; readonly in_rom: Bit };

const hits = ({ ram, rom, ramHoles = [], romMirrors = [] }: MemoryConfig, lane: Lane): Hits => ({
  in_ram: reaches(ram, lane).and(...ramHoles.map((hole) => reaches(hole, lane).not())),
  in_rom: reaches(rom, lane).or(...romMirrors.map((mirror) => reaches(mirror, lane))),
});

/** The index's bits that count words of a region's bank. */
const countBits = (region: Place): number => Math.log2(region.size / 8);
const within = (region: Place, index: Bits): Bits => index.slice(countBits(region) - 1, 0);
/** What the bits above those are in the region. */
const number = (region: Place): number => Math.floor(region.base / region.size);

/** The lane's index lies in a region: found without waiting for the carry. */
function reaches(region: Place, { before, up }: Lane): Bit {
  const upper = before.slice<number, number>(28, countBits(region));
  const isLast = within(region, before).all();
  const below = (number(region) - 1 + 2 ** upper.width) % 2 ** upper.width;
  return mux(up.and(isLast), upper.eq(below), upper.eq(number(region)));
}

/** The decoders compare the high address bits only. */
function checkPlace({ base, size }: Place, what: string): void {
  if (Number.isInteger(Math.log2(size)) && size >= 16 && base % size === 0) return;
  throw new Error(`a memory's size must be a power of two, and its base a multiple of it: ${what}`);
}
