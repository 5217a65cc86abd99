// Contexts as the core, the scheduler and the kernel see them, and by chance against the model. What holds whatever is
// done is proved in proofs/.
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { random } from "../../hdl-gen/fuzz/random.ts";
import { anyContext, compare, contextsBench, type ContextsBench } from "./bench.ts";
import { contextsConfig, interval_cycles } from "./shape.ts";

const test = suite("contexts");

const { exchange_cycles } = contextsConfig;
const follow = 2 ** 31;
const chance = random(3);

/** Some tasks with contexts, and the scheduler's choice is what counts. */
function withTasks(tasks: readonly number[], drain?: () => number): ContextsBench & { readonly of: Map<number, number[]> } {
  const b = contextsBench(contextsConfig, drain);
  const of = new Map(tasks.map((task) => [task, anyContext(chance)]));
  for (const [task, words] of of) b.writeContext(task, words);
  b.write("CONTROL", follow);
  b.step(interval_cycles);
  return { ...b, of };
}

test("after reset the kernel runs as task 0, and nobody else until it says so", () => {
  const b = contextsBench(contextsConfig);
  b.choose(7);
  b.step(50);
  assert.is(b.read("STATUS"), 0);
  assert.is(b.io.core.hold, 0);
});

test("a context that the kernel wrote is what the core is given, every word of it", () => {
  const b = withTasks([200]);
  b.choose(200);
  b.untilExchange();
  assert.equal(b.core.live, b.of.get(200));
  assert.is(b.io.running, 200);
});

test("the exchange comes a constant time after the decision, however soon the core is held", () => {
  for (const drain of [0, 1, 2, 3, exchange_cycles - 1]) {
    const b = withTasks([9], () => drain);
    b.choose(9);
    const decided = b.now();
    assert.is(b.untilExchange() - decided, exchange_cycles, `drain ${drain}`);
    assert.is(b.read("LATE"), 0);
  }
});

test("by chance, everything is as the model says", () => {
  compare(contextsConfig, 5000, 1);
});

test.run();
