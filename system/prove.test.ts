// "proven" is the bound of the job's own instructions, and of the kernel's in the calls that it makes.
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { built, caller, inFolder } from "../tests/wcet/image.ts";
import { defineProgram, defineSystem, ms, SystemError } from "./index.ts";
import { proveJobs, type CallBounds } from "./prove.ts";

const test = suite("proven WCETs");

const worker = defineProgram({ name: "worker", sources: ["worker.c"], needs: {} });
const { system } = defineSystem({
  name: "proven",
  tasks: { worker: { program: worker, policy: "edf", period: ms(1), wcet: "proven" } },
});
const [task] = system.tasks;

const callInC = `
static inline int call(unsigned number) {
  int result;
  __asm__ volatile(
      "movl %%esp, %%ecx\\n\\tmovl $1f, %%edx\\n\\tsysenter\\n1:"
      : "=a"(result) : "0"(number) : "ebx", "ecx", "edx", "esi", "edi", "memory", "cc");
  return result;
}
`;

/** The bound of a job with this body. */
async function proven(body: string, calls: CallBounds): Promise<number> {
  return inFolder(async (folder) => {
    const { path } = await built(folder, {
      "worker.c": `#include "flow_facts.h"\nint worker_job(int n);\n${callInC}\nint worker_job(int n) {\n  ${body}\n}\n`,
      "caller.S": caller(["worker_job"]),
    });
    if (task === undefined) throw new Error("the system has no task");
    const image = { task, program: worker, sizes: { code: 0, constants: 0, data: 0 } };
    const all = await proveJobs(system, [{ image, elf: path }], calls);
    return all["worker"] ?? 0;
  });
}

const each = (clocks: number): CallBounds => async () => Promise.resolve(clocks);

test("a call takes as long as the kernel's operation of its number", async () => {
  const asked: number[] = [];
  const calls: CallBounds = async (number) => {
    asked.push(number);
    return Promise.resolve(number === 3 ? 100 : 1000);
  };
  const body = "return call(3) + (n > 0 ? call(7 | 2 << 8) : 0);";
  const [none, both] = [await proven(body, each(0)), await proven(body, calls)];
  assert.is(both - none, 1100);
  assert.equal(asked.toSorted((a, b) => a - b), [3, 7]);
});

test("calls in a loop count as often as it goes round", async () => {
  const body = "BOUNDED_LOOP(5, for (int i = 0; i < 5; i++)) { n += call(1); }\n  return n;";
  assert.is(await proven(body, each(100)) - await proven(body, each(0)), 500);
});

test("a job without a bound is a problem of the description's line", async () => {
  const problem = await proven("while (*(volatile int *)0x2000 > n) {}\n  return n;", each(0)).catch((error: unknown) => error);
  assert.ok(problem instanceof SystemError);
  assert.match(problem.message, /^system\/prove\.test\.ts:\d+: tasks\.worker\.wcet: worker_job has no bound: loop without/);
});

test("a call whose number cannot be known is one, too", async () => {
  const problem = await proven("return call(n);", each(100)).catch((error: unknown) => error);
  assert.ok(problem instanceof SystemError);
  assert.match(problem.message, "the call's number is not known");
});

test.run();
