// Makes 80286.br from a folder of the SingleStepTests' files (XX.json.gz, metadata.json):
//   npx tsx tests/vectors/pack.ts FOLDER
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

import { pack, physical, registers, type Case, type Form, type Registers, type State } from "./states.ts";

interface JsonState {
  readonly regs: Readonly<Partial<Registers>>;
  readonly ram: readonly (readonly [address: number, byte: number])[];
}
interface JsonCase {
  readonly bytes: readonly number[];
  readonly initial: JsonState;
  readonly final: JsonState;
}
interface JsonOpcode {
  readonly "flags-mask"?: number;
  readonly reg?: Readonly<Record<string, JsonOpcode>>;
}
interface Metadata {
  readonly github: string;
  readonly version: string;
  readonly opcodes: Readonly<Record<string, JsonOpcode>>;
}

const suffix = ".json.gz";
const all_flags = 0xffff;

/* oxlint-disable typescript/no-unsafe-type-assertion -- the files' form is given by their README */
function formOf(folder: string, name: string, { opcodes }: Metadata): Form {
  const cases = JSON.parse(gunzipSync(readFileSync(join(folder, name + suffix))).toString()) as readonly JsonCase[];
  const [opcode = "", extension] = name.split(".");
  const row = extension === undefined ? opcodes[opcode] : opcodes[opcode]?.reg?.[extension];
  return { name, flags_mask: row?.["flags-mask"] ?? all_flags, cases: cases.map(caseOf) };
}

function caseOf({ bytes, initial, final }: JsonCase): Case {
  const before = stateOf(initial, {});
  const { cs, ip } = before.registers;
  if (bytes.some((byte, i) => before.memory.get(physical(cs, ip) + i) !== byte)) {
    throw new Error(`the code is not in memory: ${bytes.join(" ")}`);
  }
  return { length: bytes.length, before, after: stateOf(final, before.registers) };
}

function stateOf({ regs, ram }: JsonState, before: Readonly<Partial<Registers>>): State {
  const all = { ...before, ...regs };
  const missing = registers.filter((name) => all[name] === undefined);
  if (missing.length > 0) throw new Error(`a state without ${missing.join(", ")}`);
  return { registers: all as Registers, memory: new Map(ram) };
}

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("give the folder of the files XX.json.gz");
const metadata = JSON.parse(readFileSync(join(folder, "metadata.json"), "utf8")) as Metadata;
const names = readdirSync(folder).filter((file) => file.endsWith(suffix)).map((file) => file.slice(0, -suffix.length));
const forms = names.toSorted().map((name) => formOf(folder, name, metadata));
writeFileSync(fileURLToPath(new URL("80286.br", import.meta.url)), pack(`${metadata.github} ${metadata.version}`, forms));
