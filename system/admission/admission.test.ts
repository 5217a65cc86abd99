// Admission is exact, and the kernel's is the same.
import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import {
  admit, compareWithDemand, compareWithNative, compareWithSchedules, compareWithSections, policies,
} from "./comparison.ts";
import { admitEdf } from "./edf.ts";
import { admitFixed } from "./fixed.ts";
import { nativeAdmission } from "./native.ts";
import { randomTasks, randomWindows, seeded } from "./random-sets.ts";
import { leastSupply } from "./reference.ts";
import { stepBound } from "./step-bound.ts";
import { doneBy, supplyOf } from "./supply.ts";
import { passesMax, periodMax, stepsMax, type AdmissionTask, type TaskSet } from "./task-set.ts";

const folder = fileURLToPath(new URL("../../build/test/admission/", import.meta.url));
const test = suite("admission");
const native = nativeAdmission(folder);

/** `cost/period`, `cost/period<deadline`, `cost/period<deadline+blocking` */
function task(text: string): AdmissionTask {
  const found = /^(?<cost>\d+)\/(?<period>\d+)(?:<(?<deadline>\d+))?(?:\+(?<blocking>\d+))?$/.exec(text)?.groups ?? {};
  const { cost, period, deadline, blocking } = found;
  return {
    cost: Number(cost), period: Number(period), deadline: Number(deadline ?? period), blocking: Number(blocking ?? 0),
  };
}

const set = (...texts: string[]): TaskSet => ({ interfering: [], checked: texts.map(task) });

/** Here and in C. */
function answers(policy: "edf" | "fixed", tasks: TaskSet): string {
  const [here, there] = [admit(policy, tasks).answer, native(policy, tasks).answer];
  assert.is(there, here);
  return here;
}

test("EDF uses the processor to its last cycle", () => {
  assert.is(answers("edf", set("1/2", "1/3", "1/6")), "admitted");
  assert.is(answers("edf", set("1/3", "1/3", "1/3")), "admitted");
  assert.is(answers("edf", set("1/2", "1/3", "167/1000")), "utilisation");
});

test("a third and two thirds are one, whatever the binary digits say", () => {
  const [a, b] = [3 * 7 * 11 * 13, 3 * 5 * 17 * 19];
  assert.is(answers("edf", set(`${a / 3}/${a}`, `${(2 * b) / 3}/${b}`)), "admitted");
  assert.is(answers("edf", set(`${a / 3}/${a}`, `${(2 * b) / 3 + 1}/${b}`)), "utilisation");
});

test("a utilisation that cannot be told from 1 is refused as such", () => {
  // Above 1 by one part in the product of the periods.
  const tasks = ["897934495131/1099511626691", "201577131571/1099511626751"];
  assert.is(answers("edf", set(...tasks)), "cap");
});

test("deadlines before the period count, at the first one that fails", () => {
  assert.is(answers("edf", set("2/10<3", "2/10<4")), "admitted");
  const verdict = admitEdf(set("2/10<3", "2/10<3"));
  assert.equal(verdict.instant, { at: 3, done: 4 });
  assert.is(answers("edf", set("2/10<3", "2/10<3")), "deadline");
});

test("blocking counts before the deadlines of those who block, and not behind", () => {
  assert.is(answers("edf", set("2/10<4+2", "5/10<10")), "admitted");
  assert.is(answers("edf", set("2/10<4+3", "5/10<10")), "deadline");
  assert.is(answers("edf", set("2/10<4+2", "8/10<10")), "admitted");
});

test("response times are those of the textbook", () => {
  // Burns and Wellings, Real-Time Systems and Programming Languages, 11.5: priorities by period.
  assert.equal(admitFixed(set("3/7", "3/12", "5/20")).responses, [3, 6, 20]);
  assert.is(answers("fixed", set("3/7", "3/12", "5/20")), "admitted");
  assert.is(answers("fixed", set("3/7", "3/12", "6/20")), "deadline");
});

test("who interferes is counted and not checked", () => {
  const tasks = { interfering: [task("9/10<1")], checked: [task("1/10")] };
  for (const policy of policies) assert.is(answers(policy, tasks), "admitted");
  const more = { interfering: [task("9/10<1")], checked: [task("2/10")] };
  assert.is(answers("edf", more), "utilisation");
  assert.is(answers("fixed", more), "deadline");
});

test("a partition's tasks have its windows and no more", () => {
  const supply = supplyOf([{ cycles: 4, open: true }, { cycles: 6, open: false }]);
  assert.equal(supply, { frame: 10, supply: 4, latency: 6, segments: [{ work: 0, time: 6 }] });
  for (const policy of policies) {
    assert.is(answers(policy, { interfering: [], checked: [task("4/10")], ...(supply && { supply }) }), "admitted");
    assert.is(answers(policy, { interfering: [], checked: [task("4/10<9")], ...(supply && { supply }) }), "deadline");
  }
});

test("a supply is the least that any stretch of its frame contains", () => {
  const random = seeded(3);
  for (let index = 0; index < 40; index++) {
    const windows = randomWindows(random, 30);
    const supply = supplyOf(windows);
    for (let work = 1; work <= 60; work++) {
      const time = doneBy(supply, work);
      assert.ok(leastSupply(windows, time) >= work, `work ${work} is done by ${time}`);
      assert.ok(leastSupply(windows, time - 1) < work, `work ${work} is not done by ${time - 1}`);
    }
  }
});

const wrong: Readonly<Record<string, string>> = {
  "no cost": "0/10", "no period": "0/0", "more cost than period": "11/10", "more cost than deadline": "5/10<4",
  "a deadline behind the period": "5/10<11", "a period that the scheduler does not have": `1/${periodMax + 1}`,
  "a blocking that nobody has": `1/10+${periodMax + 1}`,
};
for (const [what, text] of Object.entries(wrong)) {
  test(`${what} is refused as wrong numbers`, () => {
    for (const policy of policies) assert.is(answers(policy, set("1/100<5", text)), "parameters");
  });
}

test("tasks that are not in the order of their deadlines are refused for EDF", () => {
  assert.is(answers("edf", set("1/10", "1/5")), "parameters");
  assert.is(answers("fixed", set("1/10", "1/5")), "admitted");
});

test("a test that takes too long refuses", () => {
  const tasks = set("197/264<247", "85/335<261");
  assert.is(answers("edf", tasks), "cap");
  assert.ok(admitEdf(tasks, Infinity).passes > passesMax);
  assert.ok(native("edf", tasks).steps <= stepsMax(tasks.checked.length));
});

test("C and TypeScript agree on random sets, to the number of passes", () => {
  const tally = compareWithNative(native, seeded(1), 1500, 16);
  for (const policy of policies) assert.ok((tally[`${policy} admitted`] ?? 0) > 300, JSON.stringify(tally));
});

test("admitted is what keeps its deadlines in the worst schedule, and nothing else", () => {
  const tally = compareWithSchedules(seeded(2), 150);
  for (const policy of policies) assert.ok((tally[`${policy} admitted`] ?? 0) > 30, JSON.stringify(tally));
});

test("EDF with blocking admits what the demand at every cycle allows, and nothing else", () => {
  const tally = compareWithDemand(seeded(4), 600);
  assert.ok((tally["edf admitted"] ?? 0) > 50 && (tally["edf deadline"] ?? 0) > 50, JSON.stringify(tally));
});

test("what is admitted with critical sections never misses a deadline", () => {
  const tally = compareWithSections(seeded(5), 150);
  for (const policy of policies) assert.ok((tally[`${policy} admitted`] ?? 0) > 20, JSON.stringify(tally));
});

test("sets of 32 tasks at a utilisation of 0.95 are decided far below the cap", () => {
  const random = seeded(6);
  for (let index = 0; index < 100; index++) {
    const checked = randomTasks(random, { tasks: 32, utilisation: 0.95, period: [1e4, 1e7], deadlineSpread: 0.5 });
    for (const policy of policies) assert.ok(admit(policy, { interfering: [], checked }).passes < passesMax / 2);
  }
});

test("a step of the kernel's admission is a kernel operation: below 1000 cycles, proven", async () => {
  const bound = await stepBound(folder);
  assert.ok(bound < 1000, `${bound} cycles`);
});

test.run();
