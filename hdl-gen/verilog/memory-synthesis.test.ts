// What Yosys makes of memories: each way to read infers the kind of RAM that language/memory.ts promises, on both
// families, and no more of it than the words need. Cells are those of `synth_ecp5` and `synth_ice40`.
//
//   DP16KD           ECP5's block RAM: 18 Kbit, two ports that read and write
//   TRELLIS_DPR16X4  ECP5's distributed RAM: 16 words of 4 bits
//   SB_RAM40_4K      iCE40's block RAM: 4 Kbit, one port that reads and one that writes, a mask for each written bit
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { constant, input, module, output, verilog, type Builder, type Design } from "../index.ts";

const test = suite("memories in synthesis");
const folder = join("build", "hdl-memory");

const CELLS = {
  ecp5: ["DP16KD", "TRELLIS_DPR16X4", "TRELLIS_FF"],
  ice40: ["SB_RAM40_4K", "SB_DFF"],
} as const;
type Family = keyof typeof CELLS;

/** How many of the cells that matter a family needs; all flip-flops of the iCE40 count as `SB_DFF`. */
function cellsOf(design: Design, family: Family): Record<string, number> {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${design.name}.v`);
  writeFileSync(file, verilog(design));
  const script = `read_verilog ${file}; synth_${family} -top ${design.name}; check -assert; stat`;
  const said = execFileSync("yosys", ["-p", script], { encoding: "utf8", maxBuffer: 2 ** 28 });
  const statistics = said.slice(said.lastIndexOf("Number of cells:"));
  const counts: Record<string, number> = {};
  for (const [, cell = "", count] of statistics.matchAll(/^ {5}([A-Z]\w+) +(\d+)$/gm)) {
    const known = CELLS[family].find((name) => name === cell || (name === "SB_DFF" && cell.startsWith(name)));
    if (known !== undefined) counts[known] = (counts[known] ?? 0) + Number(count);
  }
  return counts;
}

interface Shape {
  readonly width: number;
  readonly depth: number;
  readonly init?: readonly number[];
  readonly collisions?: "old" | "undefined";
}
const addressBits = (depth: number): number => Math.ceil(Math.log2(depth));

/** One port writes, another reads. */
function oneWritesOneReads(name: string, shape: Shape, lanes?: number): Design {
  const bits = addressBits(shape.depth);
  return module(name, "", {
    write: { enable: input(1), address: input(bits), data: input(shape.width), lanes: input(lanes ?? 1) },
    read: { address: input(bits), data: output(shape.width) },
  }, (m, { write, read }) => {
    const words = m.memory("words", shape);
    const { lanes: byteEnable, ...rest } = write;
    words.write(lanes === undefined ? rest : { ...rest, byteEnable });
    if (lanes === undefined) m.unused(byteEnable);
    read.data.value = words.readSync("read_word", { address: read.address });
  });
}

const oneBoth = (name: string, shape: Shape, lanes?: number): Design => ports(name, shape, 1, lanes);
const twoBoth = (name: string, shape: Shape): Design => ports(name, shape, 2);

/** Ports that read and write. */
function ports(name: string, shape: Shape, count: 1 | 2, lanes?: number): Design {
  const bits = addressBits(shape.depth);
  const port = {
    write: input(1), address: input(bits), data: input(shape.width), lanes: input(lanes ?? 1), read: output(shape.width),
  };
  return module(name, "", count === 1 ? { a: port } : { a: port, b: port }, (m: Builder, io) => {
    const words = m.memory("words", shape);
    for (const [label, { write, address, data, lanes: byteEnable, read }] of Object.entries(io)) {
      const all = { address, enable: constant(1, 1), write, data };
      if (lanes === undefined) m.unused(byteEnable);
      read.value = words.port(`${label}_word`, lanes === undefined ? all : { ...all, byteEnable });
    }
  });
}

/** Read in the same cycle. */
function readAtOnce(name: string, shape: Shape): Design {
  const bits = addressBits(shape.depth);
  return module(name, "", {
    write: { enable: input(1), address: input(bits), data: input(shape.width) },
    read: { address: input(bits), data: output(shape.width) },
  }, (m, { write, read }) => {
    const words = m.memory("words", shape);
    words.write(write);
    read.data.value = words.readAsync(read.address);
  });
}

interface Case {
  readonly claim: string;
  readonly design: Design;
  readonly ecp5: Readonly<Record<string, number>>;
  readonly ice40: Readonly<Record<string, number>>;
}
const undefinedCollisions = "undefined" as const;

const cases: readonly Case[] = [
  {
    claim: "512 words of 16 bits, one port writing and one reading",
    design: oneWritesOneReads("simple", { width: 16, depth: 512, collisions: undefinedCollisions }),
    ecp5: { DP16KD: 1 },
    ice40: { SB_RAM40_4K: 2 },
  },
  {
    claim: "contents at the beginning do not change the kind of RAM",
    design: oneWritesOneReads("filled", { width: 16, depth: 512, init: [1, 2, 3], collisions: undefinedCollisions }),
    ecp5: { DP16KD: 1 },
    ice40: { SB_RAM40_4K: 2 },
  },
  {
    claim: "a byte enable for each of two lanes costs nothing",
    design: oneWritesOneReads("lanes", { width: 16, depth: 512, collisions: undefinedCollisions }, 2),
    ecp5: { DP16KD: 1 },
    ice40: { SB_RAM40_4K: 2 },
  },
  {
    claim: "one port for both, with byte enables for 32 bits",
    design: oneBoth("single", { width: 32, depth: 512, collisions: undefinedCollisions }, 4),
    ecp5: { DP16KD: 1 },
    ice40: { SB_RAM40_4K: 4 },
  },
  {
    claim: "two ports for both: block RAM on the ECP5; the iCE40 has none, and spends a flip-flop on each bit",
    design: twoBoth("dual", { width: 16, depth: 64, collisions: undefinedCollisions }),
    ecp5: { DP16KD: 1 },
    ice40: { SB_DFF: 64 * 16 + 2 * 16 },
  },
  {
    claim: "the old word where ports meet: both addresses, the written word and its enable are kept beside the same RAM",
    design: oneWritesOneReads("old_word", { width: 16, depth: 512 }),
    ecp5: { DP16KD: 1, TRELLIS_FF: 43 },
    ice40: { SB_RAM40_4K: 2, SB_DFF: 43 },
  },
  {
    claim: "32 words of 8 bits, read in the same cycle: distributed RAM, which the iCE40 makes of flip-flops",
    design: readAtOnce("at_once", { width: 8, depth: 32 }),
    ecp5: { TRELLIS_DPR16X4: 4 },
    ice40: { SB_DFF: 256 },
  },
];

for (const { claim, design, ...families } of cases) {
  for (const family of ["ecp5", "ice40"] as const) {
    test(`${claim} (${family})`, () => {
      assert.equal(cellsOf(design, family), families[family]);
    });
  }
}

test.run();
