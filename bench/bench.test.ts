import { suite } from "uvu";
import * as assert from "uvu/assert";

import { buildBare } from "../tests/cpu/bare/build.ts";
import { cpuVerilog } from "../tests/cpu/bare/verilog.ts";
import { imageServer } from "../tests/cpu/images.ts";
import { summarise } from "./cpi.ts";
import { measureDmips } from "./dmips.ts";
import { buildProgram, programNames } from "./programs.ts";
import { runProgram } from "./run.ts";

const test = suite("the benchmark programs");
const { executable, rom } = await buildBare(cpuVerilog());
const core = imageServer(executable, ["serve", rom]);

test("each gives on the core what the same C gives on the host", async () => {
  for (const name of programNames) {
    const { cycles, retired } = await runProgram(core, await buildProgram(name));
    assert.ok(retired > 50_000, `${name} runs only ${retired} instructions`);
    assert.ok(cycles >= retired, `${name} would take less than a clock for an instruction`);
  }
});

test("counts are the same in every run", async () => {
  const program = await buildProgram("queens");
  assert.equal(await runProgram(core, program), await runProgram(core, program));
});

test("a wrong result is an error with both values", async () => {
  const program = await buildProgram("queens");
  const wrong = { ...program, expected: program.expected ^ 1 };
  const message = await runProgram(core, wrong).then(() => "", String);
  assert.is(
    message,
    `Error: benchmark queens gives ${program.expected} on the core, ${program.expected ^ 1} on the host`,
  );
});

test("what surrounds the loop of Dhrystone's class is less than a turn of it", async () => {
  const [few, many] = [await measureDmips({ turns: 20 }), await measureDmips({ turns: 60 })];
  const clocks_of_a_turn = (60 * many.clocks_per_turn - 20 * few.clocks_per_turn) / 40;
  assert.ok(Math.abs(60 * many.clocks_per_turn - 60 * clocks_of_a_turn) < clocks_of_a_turn);
});

const row = (program: "bits" | "crc", cpi: number) => ({ program, what: "", clocks: 0, instructions: 0, cpi });

test("the mean is geometric and the worst is named", () => {
  const { geometric_mean, worst } = summarise([row("bits", 1), row("crc", 4)]);
  assert.is(geometric_mean, 2);
  assert.is(worst.program, "crc");
});

test.after(() => {
  core.close();
});

test.run();
