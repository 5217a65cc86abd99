// Fixed priorities, with ceilings: exact response times (Joseph and Pandya; Audsley et al.) for deadlines that are no
// later than the next release. R is the least time by which C + B + Σ ⌈R / T⌉ C over all that go before is done.
import { doneBy } from "./supply.ts";
import { firstWrong, passesMax, workReleased, type TaskSet, type Verdict } from "./task-set.ts";

export function admitFixed(set: TaskSet, passLimit: number = passesMax): Verdict {
  const { interfering, checked, supply } = set;
  if (firstWrong(interfering, false) >= 0) return { answer: "parameters", passes: 0 };
  const wrong = firstWrong(checked, true);
  if (wrong >= 0) return { answer: "parameters", passes: 0, task: wrong };
  let passes = 0;
  const responses: number[] = [];
  for (const [task, { cost, blocking, deadline }] of checked.entries()) {
    const before = checked.slice(0, task);
    let time = 1;
    for (;;) {
      if (++passes > passLimit) return { answer: "cap", passes, task, responses };
      const work = cost + blocking + workReleased(interfering, time) + workReleased(before, time);
      const done = doneBy(supply, work);
      if (done > deadline) return { answer: "deadline", passes, task, responses: [...responses, done] };
      if (done === time) break;
      time = done;
    }
    responses.push(time);
  }
  return { answer: "admitted", passes, responses };
}
