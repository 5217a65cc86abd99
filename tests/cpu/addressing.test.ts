// Every ModRM and SIB byte that names memory, as LEA and as a load: the core against the host processor.
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { buildBare } from "./bare/build.ts";
import { cpuVerilog } from "./bare/verilog.ts";
import { compareBatch } from "./campaign.ts";
import { coreExecutor } from "./core.ts";
import { handwritten, type State } from "./handwritten.ts";
import { hostExecutor } from "./host.ts";
import { slot, slotAddresses } from "./layout.ts";
import { littleEndian, type Case } from "./program.ts";
import { report } from "./report.ts";

const test = suite("addressing forms");
const host = await hostExecutor();
const core = await coreExecutor(await buildBare(cpuVerilog()));
const slots = slotAddresses({ low: false });

const lea = 0x8d;
const load = 0x8b;
const esp = 4;
const ebp = 5;
const small_index = 6;

type Address = { bytes: number[]; registers: State["registers"] };

/** ModRM with any register field, SIB and displacement; the registers so that it lies in the middle of the data. */
function addressOf(mod: number, rm: number, sib: number | undefined, slot_address: number): Address {
  const middle = slot_address + slot.data + slot.data_bytes / 2;
  const no_base = mod === 0 && (sib === undefined ? rm : sib & 7) === ebp;
  const base = no_base ? undefined : sib === undefined ? rm : sib & 7;
  const index_field = sib === undefined ? esp : (sib >> 3) & 7;
  const index = index_field === esp ? undefined : index_field;
  const scale = sib === undefined ? 1 : 1 << (sib >> 6);
  const displacement = mod === 1 ? -20 : mod === 2 ? -0x12345 : 0;
  const registers: Record<number, number> = {};
  if (index !== undefined) registers[index] = small_index;
  const scaled = index === undefined ? 0 : small_index * scale;
  if (base !== undefined && base === index) registers[base] = Math.floor((middle - displacement) / (1 + scale));
  else if (base !== undefined && base !== esp) registers[base] = middle - displacement - scaled;
  // What the stack pointer gives cannot be chosen: there the displacement makes up for it, or the stack is read.
  const stack_pointer = slot_address + slot.stack + slot.stack_bytes / 2;
  const full = no_base ? middle - scaled : base === esp ? middle - stack_pointer - scaled : displacement;
  const displacement_bytes = mod === 2 || no_base ? 4 : mod;
  const head = [(mod << 6) | rm, ...(sib === undefined ? [] : [sib])];
  const value = displacement_bytes === 1 && base === esp ? displacement : full;
  return { bytes: [...head, ...littleEndian(value, displacement_bytes)], registers };
}

async function noDifferences(make: readonly ((slot_address: number) => Case)[]): Promise<void> {
  for (let from = 0; from < make.length; from += slots.length) {
    const cases = make.slice(from, from + slots.length).map((one, index) => one(slots[index] ?? 0));
    const found = (await compareBatch(host, core, cases)).find(({ differences }) => differences.length > 0);
    assert.is(found === undefined ? "" : report(found), "");
  }
}

const modes = [0, 1, 2];
const all = (count: number) => Array.from({ length: count }, (_, index) => index);

type Encoding = { mode: number; rm: number; sib: number | undefined };

/** ModRM's other fields and, where there is one, SIB. */
const encodings: readonly Encoding[] = modes.flatMap((mode) =>
  all(8).flatMap((rm): Encoding[] =>
    rm === esp ? all(256).map((sib) => ({ mode, rm, sib })) : [{ mode, rm, sib: undefined }],
  ),
);

const cases = (opcode: number) =>
  encodings.map(({ mode, rm, sib }, index) => (slot_address: number) => {
    const { bytes, registers } = addressOf(mode, rm, sib, slot_address);
    const [modrm = 0, ...rest] = bytes;
    const destination = index % 8 === esp ? 0 : index % 8;
    const sib_text = sib === undefined ? "" : ` sib ${sib.toString(16)}`;
    const name = `${opcode === lea ? "lea" : "mov"} mod ${mode} rm ${rm}${sib_text}`;
    return handwritten(
      name,
      slot_address,
      [opcode, modrm | (destination << 3), ...rest],
      registers === undefined ? {} : { registers },
    );
  });

test("32-bit addresses are computed", async () => noDifferences(cases(lea)));
test("32-bit addresses are read", async () => noDifferences(cases(load)));

test("16-bit addresses are computed, and wrap at 64 KB", async () =>
  noDifferences(
    modes.flatMap((mode) =>
      all(8).flatMap((rm) =>
        [0x0000, 0x7fff, 0xfff0].map((displacement) => (slot_address: number) => {
          const bytes = mode === 0 && rm === 6 ? 2 : mode;
          const code = [0x67, lea, (mode << 6) | rm, ...littleEndian(displacement, bytes)];
          return handwritten(`lea, 16-bit, mod ${mode} rm ${rm}`, slot_address, code);
        }),
      ),
    ),
  ));

test.after(() => {
  host.close();
  core.close();
});

test.run();
