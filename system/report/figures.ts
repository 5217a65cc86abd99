// The figures of the schedulability report, as text: what both of its forms show.
import type { AnalysedSet, AnalysedTask } from "../schedulability.ts";
import type { System } from "../model.ts";
import { timeText } from "../units.ts";

export interface SetFigures {
  readonly title: string;
  readonly verdict: string;
  readonly admitted: boolean;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Shares of the processor, for the picture: each task's, and what there is. */
  readonly shares: readonly { readonly name: string; readonly share: number }[];
  readonly available: number;
  readonly notes: readonly string[];
}

export const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

const columns = ["task", "policy", "period", "deadline", "cost", "use", "blocking", "response", "slack"] as const;

export function figuresOf(system: System, set: AnalysedSet): SetFigures {
  const text = (cycles: number): string => timeText(cycles, system.machine.clock_hz);
  const admitted = set.verdicts.edf.answer === "admitted" && set.verdicts.fixed.answer === "admitted";
  const tasks = [...set.edf, ...set.fixed];
  return {
    title: set.partitions.length === 0 ? "Scheduled by hardware"
      : `${set.partitions.length === 1 ? "Partition" : "Partitions"} ${set.partitions.join(", ")}`,
    verdict: admitted
      ? `every deadline is kept; all jobs could take ${growth(set.headroom)}`
      : "not every deadline is kept",
    admitted,
    columns,
    rows: tasks.map((each) => rowOf(each, text)),
    shares: tasks.map(({ task, row }) => ({ name: task.name, share: row.cost / row.period })),
    available: set.available,
    notes: [
      `uses ${percent(set.used)} of the processor, has ${percent(set.available)}`,
      ...(set.supply === undefined ? [] : [
        `${text(set.supply.supply)} of every ${text(set.supply.frame)}, ` +
          `after ${text(set.supply.segments[0]?.time ?? 0)} at the latest`,
      ]),
      ...(set.edf.length === 0 ? [] : [
        `EDF: ${set.verdicts.edf.answer} after ${set.verdicts.edf.passes} looks at all tasks`,
      ]),
      ...(set.fixed.length === 0 ? [] : [
        `fixed priorities: ${set.verdicts.fixed.answer} after ${set.verdicts.fixed.passes} looks at all tasks`,
      ]),
      ...(set.background.length === 0 ? [] : [`in the background: ${set.background.map(({ name }) => name).join(", ")}`]),
      ...(set.later.length === 0 ? [] : [`admitted at run time, if at all: ${set.later.map(({ name }) => name).join(", ")}`]),
      ...(set.unproven.length === 0 ? [] : [`not proven yet: ${set.unproven.map(({ name }) => name).join(", ")}`]),
    ],
  };
}

const growth = (headroom: number): string =>
  headroom >= 16 ? "16 times as long, or more" : `${headroom.toFixed(2)} times as long`;

function rowOf({ task, row, response }: AnalysedTask, text: (cycles: number) => string): string[] {
  return [
    task.name, `${task.policy}${task.sporadic ? ", sporadic" : ""}`, text(row.period), text(row.deadline), text(row.cost),
    percent(row.cost / row.period), text(row.blocking),
    response === undefined ? "by deadline" : text(response),
    response === undefined ? "" : text(row.deadline - response),
  ];
}

/** What is true of the figures, whatever they are. */
export const explanation =
  "Cost: a job's budget, its release and two switches. Blocking: the longest that tasks of lower levels and the kernel " +
  "keep it waiting. Response: from a release to the end of its job, at most; EDF has no such figure but the deadline.";
