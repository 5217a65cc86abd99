import { Decoder, DecoderOptions, OpKind, Register, type Instruction as Iced } from "iced-x86";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { randomFrom, type Random } from "../../../tests/cpu/random.ts";
import { instructions, type Instruction } from "../instructions.ts";
import { decodeAt, type Mode } from "./match.ts";

const test = suite("machine code to rows of the instruction table");
const samples = 200;
const prefixes = [0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67];

/** Some encoding of that row, with anything behind it. */
function encoding(row: Instruction, random: Random): Uint8Array {
  const chosen = random.chance(0.4) ? [random.pick(prefixes), ...(random.chance(0.4) ? [random.pick(prefixes)] : [])] : [];
  const repeat = row.repeat === true ? [random.pick([0xf2, 0xf3])] : [];
  const opcode = Number.parseInt(row.opcode.replaceAll("?", () => String(random.below(2))), 2);
  const reg = row.reg ?? random.below(8);
  const mod = row.form === "register" ? 3 : row.form === "memory" ? random.below(3) : random.below(4);
  const modrm = row.modrm || row.reg !== undefined ? [(mod << 6) | (reg << 3) | random.below(8)] : [];
  const rest = Array.from({ length: 12 }, () => random.below(256));
  return Uint8Array.from([...chosen, ...repeat, ...(row.escape ? [0x0f] : []), opcode, ...modrm, ...rest]);
}

function withIced<T>(code: Uint8Array, big: boolean, use: (instruction: Iced) => T): T {
  const decoder = new Decoder(big ? 32 : 16, code, DecoderOptions.None);
  const instruction = decoder.decode();
  try {
    return use(instruction);
  } finally {
    instruction.free();
    decoder.free();
  }
}

/** A mode that the row is for. */
const modeOf = ({ real = false, checks_ports = false }: Instruction): Mode => ({ real, checks_ports });

/** The number of a 16- or 32-bit register; undefined for none. */
function number(register: Register): number | undefined {
  if (register >= Register.EAX && register <= Register.EDI) return register - Register.EAX;
  if (register >= Register.AX && register <= Register.DI) return register - Register.AX;
  return undefined;
}

const hex = (code: Uint8Array): string => Buffer.from(code).toString("hex");

for (const big of [true, false]) {
  test(`has iced's lengths and address registers in ${big ? "32" : "16"}-bit code`, () => {
    const random = randomFrom(1);
    let addresses = 0;
    for (const row of instructions) {
      for (let i = 0; i < samples; i++) {
        const code = encoding(row, random);
        const decoded = decodeAt(code, 0, big, modeOf(row));
        assert.is(decoded.row?.name, row.name, hex(code));
        withIced(code, big, (iced) => {
          if (iced.isInvalid) return;
          assert.is(decoded.bytes, iced.length, `${row.name}: ${hex(code)}`);
          const has_address = row.modrm && decoded.form.is_memory
            && [0, 1].some((n) => n < iced.opCount && iced.opKind(n) === OpKind.Memory);
          if (!has_address) return;
          addresses++;
          assert.equal([decoded.registers.base, decoded.registers.index], [number(iced.memoryBase), number(iced.memoryIndex)],
            `${row.name}: ${hex(code)}`);
        });
      }
    }
    assert.ok(addresses > samples, `${addresses} addresses`);
  });
}

test("says so where an opcode is in no row", () => {
  assert.is(decodeAt(Uint8Array.of(0x0f, 0xff), 0).row, undefined);
  assert.is(decodeAt(Uint8Array.of(0x66, 0x0f, 0xff), 0).prefixes, 1);
});

test("goes by the mode where an opcode means something else in it", () => {
  const far_jump = Uint8Array.of(0xea, 0, 0, 0, 0, 8, 0), port = Uint8Array.of(0xec), look = Uint8Array.of(0x0f, 0x02, 0xc1);
  const real = { real: true, checks_ports: false }, by_bitmap = { real: false, checks_ports: true };
  assert.is(decodeAt(far_jump, 0).row?.micro, "jump_far");
  assert.is(decodeAt(far_jump, 0, true, real).row?.micro, "jump_far_real");
  assert.is(decodeAt(port, 0).row?.micro, undefined);
  assert.is(decodeAt(port, 0, true, by_bitmap).row?.micro, "input_checked");
  // What is undefined in this mode has the same length all the same.
  assert.equal([decodeAt(look, 0, true, real).row, decodeAt(look, 0, true, real).length], [undefined, 3]);
});

test("counts a prefix once for each byte, and keeps the last repeat prefix", () => {
  const { prefixes: count, length, bytes, row, form } = decodeAt(Uint8Array.of(0xf2, 0x66, 0x26, 0xf3, 0xa5), 0);
  assert.equal([count, length, bytes, row?.name, form.sizes.operand], [4, 1, 5, "REP MOVS", 16]);
});

test.run();
