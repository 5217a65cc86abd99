// Whether every deadline is kept: the description's tasks as sets for admission (admission/), and what comes of them.
//
// Partitions without windows, or with the same ones, are one set: the scheduler takes the most urgent of them all. In a
// set EDF tasks go before those of fixed priority, so the latter have the former as interference. A job's cost is its
// budget, for that is what it gets if it goes wrong; with its release and the two switches it causes.
//
// Tasks that hardware schedules are a set before all others, on the whole processor: whatever they are released to do, all
// others have as interference, in each set in full. To those each job costs an interrupt more: the timer, set for the end of
// somebody's budget, comes too early by what the job took. In windows this is more than can happen, so it is safe.
import { admitEdf } from "./admission/edf.ts";
import { admitFixed } from "./admission/fixed.ts";
import { supplyOf, type Supply } from "./admission/supply.ts";
import type { AdmissionTask, Verdict } from "./admission/task-set.ts";
import { asFraction, utilisation } from "./admission/utilisation.ts";
import { hardwareJobs, hardwareTasks } from "./hardware-jobs.ts";
import type { System, Task } from "./model.ts";
import type { Problem } from "./problem.ts";
import { timeText } from "./units.ts";

export interface AnalysedTask {
  readonly task: Task;
  readonly row: AdmissionTask;
  /** Of fixed priorities, if it was found. */
  readonly response?: number;
}

export interface AnalysedSet {
  /** Names of the partitions; none: what hardware schedules, of all of them. */
  readonly partitions: readonly string[];
  readonly supply: Supply | undefined;
  /** Of the whole processor. */
  readonly used: number;
  readonly available: number;
  readonly edf: readonly AnalysedTask[];
  readonly fixed: readonly AnalysedTask[];
  readonly background: readonly Task[];
  readonly verdicts: { readonly edf: Verdict; readonly fixed: Verdict };
  /** Real-time tasks whose WCET is not proven yet: they are not in the sets. */
  readonly unproven: readonly Task[];
  /** Those that begin when they are admitted, at run time: they are not in the sets. */
  readonly later: readonly Task[];
  /** By how much all costs could grow: 1.2 is a fifth more. */
  readonly headroom: number;
}

/** What a job costs: 0 if nobody knows yet. */
export function costOf({ budget, inHardware }: Task, { machine: { overheads } }: System): number {
  if (budget === undefined) return 0;
  return inHardware
    ? budget + hardwareJobs.overrun_cycles + hardwareJobs.switches_cycles
    : budget + overheads.release + 2 * overheads.switch;
}

export function analyse(system: System): AnalysedSet[] {
  const hardware = hardwareTasks(system);
  const { interrupt } = system.machine.overheads;
  const interfering = hardware.filter(({ admittedAtBoot, budget }) => admittedAtBoot && budget !== undefined)
    .map((task) => ({ ...rowOf(task, system), cost: costOf(task, system) + interrupt }));
  return [
    ...(hardware.length === 0 ? [] : [{ partitions: [], supply: undefined, members: hardware, interfering: [] }]),
    ...groupsOf(system).map(({ partitions, supply }) => ({
      partitions, supply, interfering,
      members: system.tasks.filter(({ partition, inHardware }) => !inHardware && partitions.includes(partition)),
    })),
  ].map(({ partitions, supply, members, interfering: before }) => {
    const known = members.filter(({ admittedAtBoot, budget }) => admittedAtBoot && budget !== undefined);
    const rows = known.map((task) => ({ task, row: rowOf(task, system) }));
    const under = (policy: Task["policy"]): Row[] => rows.filter(({ task }) => task.policy === policy);
    const edf = under("edf").toSorted((a, b) => a.row.deadline - b.row.deadline);
    const fixed = under("fixed").toSorted((a, b) => a.task.priority - b.task.priority);
    const verdicts = verdictsOf(before, edf, fixed, supply, 1);
    const use = utilisation([...before, ...rows.map(({ row }) => row)], supply);
    return {
      partitions: partitions.map((partition) => system.partitions[partition] ?? ""),
      supply,
      used: asFraction(use.used),
      available: asFraction(use.available),
      edf,
      fixed: fixed.map((each, index) => {
        const response = verdicts.fixed.responses?.[index];
        return response === undefined ? each : { ...each, response };
      }),
      background: members.filter(({ policy }) => policy === "background"),
      verdicts,
      unproven: members.filter(({ admittedAtBoot, budget }) => admittedAtBoot && budget === undefined),
      later: members.filter(({ policy, admittedAtBoot }) => policy !== "background" && !admittedAtBoot),
      headroom: headroomOf((factor) => {
        const scaled = verdictsOf(before, edf, fixed, supply, factor);
        return scaled.edf.answer === "admitted" && scaled.fixed.answer === "admitted";
      }),
    };
  });
}

export function checkSchedulability(system: System): Problem[] {
  const text = (cycles: number): string => timeText(cycles, system.machine.clock_hz);
  return analyse(system).flatMap((set) => [...edfProblems(set, text), ...fixedProblems(set, text)]);
}

type Row = Pick<AnalysedTask, "task" | "row">;

export const rowOf = (task: Task, system: System): AdmissionTask =>
  ({ period: task.period, deadline: task.deadline, cost: costOf(task, system), blocking: task.blocking });

function verdictsOf(
  before: readonly AdmissionTask[], edf: readonly Row[], fixed: readonly Row[], supply: Supply | undefined, factor: number,
) {
  const scaled = (row: AdmissionTask): AdmissionTask => ({ ...row, cost: Math.ceil(row.cost * factor) });
  const rows = (members: readonly Row[]): AdmissionTask[] => members.map(({ row }) => scaled(row));
  const base = supply === undefined ? {} : { supply };
  const interfering = before.map(scaled);
  return {
    edf: admitEdf({ ...base, interfering, checked: rows(edf) }),
    fixed: admitFixed({ ...base, interfering: [...interfering, ...rows(edf)], checked: rows(fixed) }),
  };
}

interface Group {
  readonly partitions: readonly number[];
  readonly supply: Supply | undefined;
}

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

/** Partitions by the windows they have. */
function groupsOf({ partitions, windows }: System): Group[] {
  const groups = new Map<string, number[]>();
  for (const partition of partitions.keys()) {
    const key = windows.map((window) => Math.floor(window.partitions / 2 ** partition) % 2).join("");
    groups.set(key, [...(groups.get(key) ?? []), partition]);
  }
  return [...groups].map(([key, members]) => {
    const open = windows.map(({ cycles }, index) => ({ cycles, open: key[index] === "1" }));
    return { partitions: members, supply: key.includes("1") ? supplyOf(open) : undefined };
  });
}

const headroomMax = 16;

/** By halves, to a thousandth. */
function headroomOf(holds: (factor: number) => boolean): number {
  let [low, high] = [0, headroomMax];
  while (high - low > 0.0005) {
    const middle = (low + high) / 2;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}

function edfProblems(set: AnalysedSet, text: (cycles: number) => string): Problem[] {
  const { edf, verdicts, partitions, used, available } = set;
  const { answer, instant, task: index } = verdicts.edf;
  const [first] = edf;
  if (answer === "admitted" || first === undefined) return [];
  if (answer === "utilisation") {
    const greatest = edf.toSorted((a, b) => b.row.cost / b.row.period - a.row.cost / a.row.period)[0] ?? first;
    return [{
      path: ["tasks", greatest.task.name],
      message: `the tasks of ${partitions.length === 0 ? "the hardware" : partitions.join(", ")} use ${percent(used)} of the processor and have ` +
        percent(available),
      mend: `make jobs shorter or periods longer; ${greatest.task.name} uses most`,
    }];
  }
  if (answer === "deadline" && instant !== undefined) {
    const isDue = ({ row }: Row): boolean =>
      row.deadline <= instant.at && (instant.at - row.deadline) % row.period === 0;
    const due = edf.findLast(isDue) ?? first;
    return [{
      path: ["tasks", due.task.name],
      message: `if all are released at once, what is due within ${text(instant.at)} is done after ` +
        `${text(instant.done)}, and ${due.task.name} misses its deadline`,
      mend: "make jobs or critical sections shorter, or deadlines longer",
    }];
  }
  const wrong = edf[index ?? 0] ?? first;
  return [{
    path: ["tasks", wrong.task.name],
    message: answer === "cap" ? "the analysis is not over within its bound" :
      `with overheads a job takes ${text(wrong.row.cost)}, and its deadline is ${text(wrong.row.deadline)}`,
    mend: "make jobs shorter, or deadlines longer",
  }];
}

function fixedProblems({ fixed, verdicts }: AnalysedSet, text: (cycles: number) => string): Problem[] {
  const { answer, task: index, responses } = verdicts.fixed;
  const late = fixed[index ?? 0];
  if (answer === "admitted" || late === undefined) return [];
  const response = responses?.at(-1);
  const message = answer === "deadline" && response !== undefined
    ? `the response takes up to ${text(response)}, at least, and the deadline is ${text(late.row.deadline)}`
    : answer === "cap" ? "the analysis is not over within its bound"
      : `with overheads a job takes ${text(late.row.cost)}, and its deadline is ${text(late.row.deadline)}`;
  return [{
    path: ["tasks", late.task.name], message,
    mend: "make it or what goes before it shorter, or its deadline longer",
  }];
}
