// Periods, deadlines and budgets that can be meant.
import type { Description } from "../description.ts";
import { limits } from "../machine.ts";
import type { System, Task } from "../model.ts";
import type { Problem } from "../problem.ts";
import { isRealTime } from "../resolve.ts";
import { timeText } from "../units.ts";

export function checkTimes(system: System, description: Description): Problem[] {
  const text = (cycles: number): string => timeText(cycles, system.machine.clock_hz);
  return system.tasks.flatMap((task) => {
    const described = description.tasks[task.name];
    if (described === undefined || !isRealTime(described)) return [];
    // Without one of its own, the budget is the WCET, and wrong as that is.
    const budget = described.budget === undefined ? [] : wrongBudget(task, text);
    return [...wrongTimes(task, text), ...budget];
  });
}

function wrongTimes(task: Task, text: (cycles: number) => string): Problem[] {
  const { name, period, deadline, wcet, offset } = task;
  const at = (key: string): readonly string[] => ["tasks", name, key];
  const whole = [period, deadline, offset, wcet ?? 1].every((cycles) => Number.isSafeInteger(cycles) && cycles >= 0);
  if (!whole || period === 0 || deadline === 0 || wcet === 0) {
    return [{
      path: ["tasks", name], message: "period, deadline and WCET are whole numbers of cycles above 0",
      mend: "give a duration, or a whole number of cycles",
    }];
  }
  const problems: Problem[] = [];
  if (period > limits.period_cycles) {
    problems.push({
      path: at("period"), message: `the period, ${text(period)}, is longer than the scheduler's clock tells apart`,
      mend: `make it ${text(limits.period_cycles)} or shorter`,
    });
  }
  if (deadline > period) {
    problems.push({
      path: at("deadline"), message: `the deadline, ${text(deadline)}, is behind the period, ${text(period)}`,
      mend: "make it as long as the period, or shorter",
    });
  }
  if (wcet !== undefined && wcet > deadline) {
    problems.push({
      path: at("wcet"), message: `a job of ${text(wcet)} cannot end within ${text(deadline)}, its deadline`,
      mend: "make the job shorter, or its deadline longer",
    });
  }
  return problems;
}

function wrongBudget({ name, budget, wcet, deadline }: Task, text: (cycles: number) => string): Problem[] {
  const path = ["tasks", name, "budget"];
  if (budget === undefined) return [];
  if (budget > limits.budget_cycles) {
    return [{
      path, message: `the budget, ${text(budget)}, is more than the kernel counts`,
      mend: `make it ${text(limits.budget_cycles)} or less`,
    }];
  }
  if (wcet !== undefined && budget < wcet) {
    return [{
      path, message: `the budget, ${text(budget)}, ends jobs before their WCET, ${text(wcet)}`,
      mend: "make it as long as the WCET, or longer",
    }];
  }
  return budget > deadline
    ? [{
      path, message: `the budget, ${text(budget)}, lasts behind the deadline, ${text(deadline)}`,
      mend: "make it shorter than the deadline",
    }]
    : [];
}
