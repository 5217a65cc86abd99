// `atomicos wcet` and `atomicos run --audit-wcet`, from the outside.
import { spawnSync } from "node:child_process";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { fromRoot } from "../../commands/paths.ts";
import { timingTable } from "../../soc/cpu/timing.ts";

const test = suite("atomicos wcet");

function atomicos(args: readonly string[], input = ""): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(fromRoot("atomicos"), [...args], {
    input,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  return { status, stdout, stderr };
}

test("proves a bound for every operation of the kernel, below the limit of 1000 cycles", () => {
  const { status, stdout, stderr } = atomicos(["wcet", "--limit", "1000"]);
  assert.is(status, 0, stderr);
  for (const name of ["exception 0", "interrupt 32", "receive by sysenter", "receive by int"]) assert.ok(stdout.includes(`\n${name} `), name);
  assert.match(stdout, /worst path, \d+ cycles\n.* kernel\/[a-z_]+\.[cS]:\d+/);
});

test("ends with status 1 if a bound is above the limit, and says which", () => {
  const { status, stderr } = atomicos(["wcet", "--entry", "channel_send", "--limit", "10"]);
  assert.is(status, 1);
  assert.match(stderr, /channel_send: the bound \d+ is above 10/);
});

test("prints JSON with every worst path, whose cycles are the bound's", () => {
  const { status, stdout } = atomicos(["wcet", "--json"]);
  assert.is(status, 0);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the command's own form
  const { operations } = JSON.parse(stdout) as {
    operations: { name: string; bound: number; worst_path: { cycles: number }[] }[];
  };
  assert.ok(operations.length > 60);
  for (const { name, bound, worst_path } of operations) {
    const path = worst_path.reduce((sum, { cycles }) => sum + cycles, 0);
    // The proof rounds up, where prices of loops are no whole numbers.
    assert.ok(path <= bound && bound - path <= 2, `${name}: ${path} of ${bound}`);
  }
});

test("prints the core's timing table as JSON without loss", () => {
  const { status, stdout } = atomicos(["wcet", "--table"]);
  assert.is(status, 0);
  assert.equal(JSON.parse(stdout), JSON.parse(JSON.stringify(timingTable())));
});

test("has a hint for a name that is not there", () => {
  const { status, stderr } = atomicos(["wcet", "--entry", "chanel_send"]);
  assert.is(status, 2);
  assert.match(stderr, "did you mean --entry channel_send?");
});

test("audits a run: what was observed stands beside the bounds, none above", () => {
  const script = 'wait "atomicos> "\nsend tasks\nwait "atomicos> "\nsend crash\nwait "atomicos> "\n';
  const { status, stderr } = atomicos(["run", "--audit-wcet", "--script", "-"], script);
  assert.is(status, 0, stderr);
  const rows = [...stderr.matchAll(/^(\w.*?) {2,}(\d+) +(\d+) +(\d+) +(\d\.\d+)$/gm)];
  assert.ok(rows.length >= 5, stderr);
  for (const [line, , bound, observed] of rows) assert.ok(Number(bound) >= Number(observed), line);
});

test.run();
