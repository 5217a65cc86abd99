// What a task that hardware schedules cannot have: the kernel hears no call of its, and nobody but its period releases it.
import { ownRegions } from "./memory.ts";
import type { Description } from "../description.ts";
import { hardwareTasks } from "../hardware-jobs.ts";
import type { System, Task } from "../model.ts";
import type { Problem } from "../problem.ts";

export function checkHardwareJobs(system: System, description: Description): Problem[] {
  const found = hardwareTasks(system);
  return [
    ...found.flatMap((task) => [
      ...foreignCapabilities(task, system), ...foreignTraits(task, description), ...tooManyRegions(task, system),
    ]),
    ...(found.length === 0 ? [] : admittedLater(system)),
  ];
}

const usable: ReadonlySet<string> = new Set(["read", "write"]);

function foreignCapabilities({ name, capabilities }: Task, { lanes }: System): Problem[] {
  return capabilities.flatMap(({ name: called, kind, index, rights }): Problem[] => {
    const path = ["tasks", name, "given", called];
    if (kind === "lane") {
      return lanes[index]?.guarded !== true ? [] : [{
        path, message: "a guarded lane is reached through ring 1, and a task that hardware schedules stays in ring 3",
        mend: "leave guarded away",
      }];
    }
    if (kind !== "region") {
      return [{
        path, message: `a task that hardware schedules makes no calls, and a ${kind} is used by calls`,
        mend: "use a lane, or memory that is shared",
      }];
    }
    const wrong = rights.find((right) => !usable.has(right));
    return wrong === undefined ? [] : [{
      path: [...path, "rights"], message: `${wrong} is a call, and a task that hardware schedules makes none`,
      mend: "leave it with read and write",
    }];
  });
}

function foreignTraits({ name, sporadic, onOverrun, ports, admittedAtBoot }: Task, { tasks }: Description): Problem[] {
  const problem = (key: string, message: string, mend: string): Problem => ({ path: ["tasks", name, key], message, mend });
  return [
    ...(sporadic ? [problem("released", "hardware releases a task by its period", "make it periodic, or the kernel's")] : []),
    ...(onOverrun === "report" ? [
      problem("onOverrun", "a job that goes on would keep the processor from all that the kernel schedules", "stop the job or the task"),
    ] : []),
    ...(ports.length > 0 ? [problem("ports", "a task that hardware schedules has no ports", "use a device's memory")] : []),
    ...(admittedAtBoot ? [] : [problem("starts", "what hardware schedules is admitted when the system is built", "leave it out")]),
    ...(tasks[name]?.ring === 1 ? [problem("ring", "hardware schedules tasks of ring 3", "leave it out")] : []),
    ...(tasks[name]?.spareSlots === undefined ? [] : [
      problem("spareSlots", "a task that hardware schedules makes no calls", "leave it out"),
    ]),
  ];
}

/** The page by which it ends its jobs is a region. */
function tooManyRegions({ name, capabilities }: Task, { machine }: System): Problem[] {
  const all = ownRegions + 1 + capabilities.length;
  return all <= machine.regionsMax ? [] : [{
    path: ["tasks", name, "given"],
    message: `the task reaches ${all} regions: ${capabilities.length} and ${ownRegions + 1} of its own`,
    mend: `make it ${machine.regionsMax} or less: join regions that the same tasks use`,
  }];
}

/** Who admits at run time reckons with what the kernel schedules. */
function admittedLater({ tasks }: System): Problem[] {
  return tasks.filter(({ policy, admittedAtBoot }) => policy !== "background" && !admittedAtBoot).map(({ name }) => ({
    path: ["tasks", name, "starts"], message: "admission at run time does not know of tasks that hardware schedules",
    mend: "let it start at boot, or on request",
  }));
}
