// What docs/scheduler.md shows: the scheduler in the simulator, and how large it is made to be.
import { waves } from "#hdl-gen";
import { bench, type Bench } from "../../soc/scheduler/bench.ts";
import { idleSetup, type TaskSetup } from "../../soc/scheduler/model.ts";
import { scheduler as page } from "../../soc/scheduler/registers.ts";

const show = (name: string, text: string): void => {
  console.log(`=== ${name}\n${text.trimEnd()}\n`);
};

const server: TaskSetup = { ...idleSetup, policy: "edf", sporadic: true, deadline: 500, budget: undefined };
function withTasks(setups: Readonly<Record<number, TaskSetup>>, firstRelease?: (b: Bench) => number): Bench {
  const b = bench();
  for (const [task, setup] of Object.entries(setups)) b.setUp(Number(task), setup);
  const release = firstRelease?.(b) ?? b.now();
  for (const task of Object.keys(setups)) b.start(Number(task), release);
  b.step(20);
  return b;
}

{
  const b = withTasks({ 17: { ...server, deadline: 900 }, 18: { ...server, deadline: 800 }, 19: { ...server, deadline: 700 } });
  const seen = waves(b.sim, [
    "wake_message_valid", "wake_message_ready", "wake_message_number", "released_valid", "choice_valid", "choice_number",
  ]);
  for (const task of [17, 18, 19]) {
    b.offerWake("message", task);
    b.step();
  }
  b.withdraw("message");
  b.step(10);
  show("wake-ups", seen.text());
}

{
  const release = 700;
  const periodic: TaskSetup = { ...server, sporadic: false, period: 5000 };
  const b = withTasks({ 32: periodic, 40: periodic, 64: { ...periodic, deadline: 400 } }, () => release);
  b.step(release - b.now());
  const seen = waves(b.sim, ["due.offer_valid", "due.offer_task", "released_valid", "released_task", "choice_valid", "choice_number"]);
  b.step(13);
  show("releases", seen.text());
}

{
  const b = withTasks({ 5: server, 6: { ...server, deadline: 2000 } });
  for (const task of [5, 6]) {
    b.offerWake("message", task);
    b.step();
  }
  b.withdraw("message");
  b.step(12);
  b.dispatch(5);
  b.step(12);
  const seen = waves(b.sim, [
    "own_access", "happened_valid", "running_waits", "choice_number", "choice_settled", "dispatched_valid",
  ]);
  b.own("FINISH");
  b.step(7);
  b.dispatch(6);
  b.step(2);
  show("finish", seen.text());
}

{
  const b = withTasks({ 10: server, 40: { ...server, deadline: 2000 } });
  for (const task of [10, 40]) {
    b.offerWake("message", task);
    b.step();
  }
  b.withdraw("message");
  for (const [number, partition] of [0, 1].entries()) {
    b.write("PARTITIONS", 1 << partition);
    b.write("WINDOW", 40, number);
  }
  const { RUN } = page.registers.FRAME.fields;
  b.write("FRAME", (1 << RUN.lsb) | 1);
  b.step(35);
  const seen = waves(b.sim, ["frame.mask", "choice_settled", "choice_number"]);
  b.step(9);
  show("window", seen.text());
}
