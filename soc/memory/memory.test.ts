import { simulate } from "#hdl-gen";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { memoryMap } from "../memory-map.ts";
import { memory } from "./memory.ts";
import { romBanks } from "./rom-image.ts";

const test = suite("memory");

const ramTop = memoryMap.ram.size / 4;
const romBase = memoryMap.bootRom.base / 4;
const topOfMemory = 2 ** 30;
const allOnes = 0xffff_ffff;

const romByte = (i: number): number => (i * 7 + (i >> 8)) & 0xff;
const romImage = Uint8Array.from({ length: memoryMap.bootRom.size }, (_, i) => romByte(i));
const romWord = (word: number): number =>
  new DataView(romImage.buffer).getUint32(4 * (word - romBase), true);

function memoryBench() {
  const folder = join("build", "tests", "memory");
  mkdirSync(folder, { recursive: true });
  const banks = romBanks(romImage, memoryMap.bootRom.size);
  const romContents = { even: join(folder, "even.hex"), odd: join(folder, "odd.hex") };
  writeFileSync(romContents.even, banks.even);
  writeFileSync(romContents.odd, banks.odd);
  const sim = simulate(memory({ ram: memoryMap.ram, rom: memoryMap.bootRom, romContents }));
  const { fetch, data } = sim.io;
  sim.reset();
  return {
    sim,
    /** The words that the data port gives. */
    load(address: number): [number, number] {
      Object.assign(data, { enable: 1, write: 0, address });
      sim.step();
      data.enable = 0;
      return words(data.rdata);
    },
    store(address: number, low: number, high: number, mask = 0xff): void {
      Object.assign(data, { enable: 1, write: 1, address, mask, wdata: (BigInt(high) << 32n) | BigInt(low) });
      sim.step();
      Object.assign(data, { enable: 0, write: 0 });
    },
    fetch(address: number): [number, number] {
      Object.assign(fetch, { enable: 1, address });
      sim.step();
      fetch.enable = 0;
      return words(fetch.data);
    },
  };
}
const words = (window: bigint): [number, number] => [Number(window & 0xffff_ffffn), Number(window >> 32n)];

test("both ports give the addressed word and the next, at even and at odd words", () => {
  const m = memoryBench();
  for (let word = 0; word < 8; word += 2) m.store(word, 0x1000 + word, 0x1001 + word);
  for (let word = 0; word < 7; word++) {
    assert.equal(m.load(word), [0x1000 + word, 0x1001 + word]);
    assert.equal(m.fetch(word), [0x1000 + word, 0x1001 + word]);
  }
});

test("a window that starts at an odd word is written as one at an even word is", () => {
  const m = memoryBench();
  m.store(5, 0xaaaa_aaaa, 0xbbbb_bbbb);
  assert.equal(m.load(5), [0xaaaa_aaaa, 0xbbbb_bbbb]);
  assert.equal(m.load(6)[0], 0xbbbb_bbbb);
});

test("the mask chooses bytes, across both words", () => {
  const m = memoryBench();
  for (const first of [10, 11]) {
    for (let mask = 0; mask < 256; mask++) {
      m.store(first, 0, 0);
      m.store(first, 0x4433_2211, 0x8877_6655, mask);
      const found = m.load(first).flatMap((word) => [0, 8, 16, 24].map((shift) => (word >>> shift) & 0xff));
      assert.equal(found, Array.from({ length: 8 }, (_, i) => (((mask >> i) & 1) === 1 ? 0x11 * (i + 1) : 0)));
    }
  }
});

test("the ROM has its image and cannot be written", () => {
  const m = memoryBench();
  for (const word of [romBase, romBase + 1, romBase + 1234, topOfMemory - 4]) {
    m.store(word, 0, 0);
    assert.equal(m.load(word), [romWord(word), romWord(word + 1)]);
    assert.equal(m.fetch(word), [romWord(word), romWord(word + 1)]);
  }
});

test("a window across the end of a region is right in both halves", () => {
  const m = memoryBench();
  m.store(ramTop - 1, 0x1111_1111, 0x2222_2222);
  m.store(0, 0x3333_3333, 0);
  assert.equal(m.load(ramTop - 1), [0x1111_1111, allOnes], "nothing behind RAM");
  assert.equal(m.load(0)[0], 0x3333_3333, "and nothing written to its beginning instead");
  assert.equal(m.load(romBase - 1), [allOnes, romWord(romBase)]);
  assert.equal(m.load(topOfMemory - 1), [romWord(topOfMemory - 1), 0x3333_3333], "addresses wrap");
  assert.equal(m.fetch(topOfMemory - 1), [romWord(topOfMemory - 1), 0x3333_3333]);
});

test("outside RAM and ROM all ones are read", () => {
  const m = memoryBench();
  for (const word of [ramTop, ramTop + 1, 0x1000_0000, memoryMap.localApic.base / 4]) {
    m.store(word, 0, 0);
    assert.equal(m.load(word), [allOnes, allOnes]);
    assert.equal(m.fetch(word), [allOnes, allOnes]);
  }
});

test("while not enabled, each port keeps the last window", () => {
  const m = memoryBench();
  m.store(0, 0x11, 0x22);
  m.store(2, 0x33, 0x44);
  m.load(0);
  m.fetch(2);
  Object.assign(m.sim.io.data, { address: romBase + 1 });
  Object.assign(m.sim.io.fetch, { address: ramTop });
  m.sim.step(3);
  assert.equal(words(m.sim.io.data.rdata), [0x11, 0x22]);
  assert.equal(words(m.sim.io.fetch.data), [0x33, 0x44]);
});

test("the back door's arrays hold what the ports show", () => {
  const m = memoryBench();
  m.sim.memory("ram_odd").write(3, 0xcafe_f00d);
  assert.is(m.load(7)[0], 0xcafe_f00d);
  m.store(8, 0x0bad_cafe, 0);
  assert.is(m.sim.memory("ram_even").read(4), 0x0bad_cafe);
});

test("a ROM image that is too large is refused, a smaller one is filled up with FFh", () => {
  assert.throws(() => romBanks(new Uint8Array(17), 16), /the boot ROM holds 16 bytes, but the image has 17/);
  assert.equal(romBanks(Uint8Array.of(1, 2, 3, 4, 5), 16), {
    even: "04030201\nffffffff\n", odd: "ffffff05\nffffffff\n",
  });
});

test.run();
