// Locks: ceilings are those of their users, and users are all in one partition, as the ceiling is the partition's.
import type { Description } from "../description.ts";
import type { System } from "../model.ts";
import type { Problem } from "../problem.ts";
import { timeText } from "../units.ts";

export function checkLocks(system: System, description: Description): Problem[] {
  const named = (number: number): string => system.tasks.find((task) => task.number === number)?.name ?? "";
  return system.locks.flatMap((lock) => {
    const path = ["locks", lock.name];
    const users = system.tasks.filter(({ number }) => lock.sections.some(({ task }) => task === number));
    const problems: Problem[] = [];
    const stranger = users.find(({ partition }) => partition !== lock.partition);
    if (stranger !== undefined) {
      const [first] = users;
      problems.push({
        path, message: `${first?.name ?? ""} and ${stranger.name} use it, and are in different partitions`,
        mend: "put them into one partition, or let one of them do the other's work by messages",
      });
    }
    const declared = description.locks?.[lock.name]?.ceiling;
    const highest = users.filter(({ level }) => level === lock.ceiling);
    if (declared !== undefined && !highest.some(({ name }) => name === declared)) {
      problems.push({
        path: [...path, "ceiling"],
        message: `its ceiling is said to be ${declared}'s; the highest preemption level of its users is ${
          highest.map(({ name }) => name).join(", ") || "nobody"}'s`,
        mend: "correct it, or leave it out: it is found",
      });
    }
    for (const { task, longest } of lock.sections) {
      const user = users.find(({ number }) => number === task);
      if (user?.wcet === undefined || user.level === 0 || longest <= user.wcet) continue;
      const [section, job] = [longest, user.wcet].map((cycles) => timeText(cycles, system.machine.clock_hz));
      problems.push({
        path, message: `${named(task)} holds it for ${section ?? ""}, longer than its job takes, ${job ?? ""}`,
        mend: "correct one of the two",
      });
    }
    return problems;
  });
}
