// The most urgent of all ready tasks that may run, and whether it may take the CPU.
//
// Each partition's most urgent task stands at the end of the tree; of those whose partition may run in this window, the
// best is found in two cycles. So a window begins for all its tasks at once, whatever their number.
//
// A task in a critical section raises its partition's ceiling (T. Baker, "Stack-based scheduling of realtime
// processes", 1991): while it is raised, a task of the partition whose preemption level is not above it leaves the CPU
// to the holder. It is the level of the most urgent task alone that counts, as the Stack Resource Policy says.
import {
  and, array, cat, constant, input, module, mux, or, output, reg, regNoReset, select, type Bits, type Builder, type Design,
} from "#hdl-gen";
import { rankWidth } from "./tree.ts";
import { widthsOf, type SchedulerConfig } from "./shape.ts";

const ports = (config: SchedulerConfig) => {
  const { task, partition } = widthsOf(config);
  return {
    partition: array(config.partitions, {
      rank: input(rankWidth(config)),
      place: input(task - partition),
      ceiling: {
        raised: input(1, "a task is in a critical section"),
        level: input(config.levelBits, "levels up to this one must wait"),
        holder: input(task, "the task that is in it"),
      },
    }),
    may_run: input(config.partitions, "a bit for each partition"),
    level: {
      write: input(1),
      task: input(task),
      value: input(config.levelBits, "preemption level of the task"),
    },
    root: { valid: output(1, "some task is ready and may run"), task: output(task), rank: output(rankWidth(config)) },
    choice: { valid: output(1), task: output(task, "who shall run, the ceiling considered") },
  };
};

export type ChoicePorts = ReturnType<typeof ports>;

interface Entry {
  readonly rank: Bits;
  readonly task: Bits;
}

export function choice(config: SchedulerConfig): Design<ChoicePorts> {
  const widths = widthsOf(config);
  const doc = "Chooses among the partitions' most urgent tasks, and holds back what a ceiling forbids.";
  return module("scheduler_choice", doc, ports(config), (m, io) => {
    const entries = io.partition.map(({ rank, place }, number) => ({
      rank: cat(rank.msb().or(io.may_run.bit(number).not()), rank.slice(rank.width - 2, 0)).as(rank.width),
      task: cat(constant(number, widths.partition), place).as(widths.task),
    }));
    const { half, first } = m.regs({
      half: array(2, { rank: regNoReset(rankWidth(config)), task: regNoReset(widths.task) }),
      first: { rank: reg(rankWidth(config), 1n << BigInt(rankWidth(config) - 1)), task: regNoReset(widths.task) },
    });
    const middle = config.partitions / 2;
    [entries.slice(0, middle), entries.slice(middle)].forEach((side, number) => {
      const target = half[number];
      if (target !== undefined) m.drive(target, m.scope(`half_${number}`, () => best(m, side)));
    });
    m.drive(first, m.scope("whole", () => best(m, half)));

    // The level is read for the root; a task's level changes only while it is stopped. A memory for each partition, for
    // a single one of all tasks would take a block RAM.
    const place = first.task.slice(widths.task - widths.partition - 1, 0);
    const { root_partition } = m.nets({ root_partition: first.task.slice(widths.task - 1, widths.task - widths.partition) });
    const own_levels = io.partition.map((_, number) => m.scope(`partition_${number}`, () => {
      const levels = m.memory("levels", { width: config.levelBits, depth: config.tasks / config.partitions });
      const here = io.level.task.slice(widths.task - 1, widths.task - widths.partition).eq(number);
      levels.write({
        address: io.level.task.slice(place.width - 1, 0), data: io.level.value, enable: io.level.write.and(here),
      });
      return levels.readAsync(place);
    }));
    const ceiling = {
      raised: select(root_partition, io.partition.map((p) => p.ceiling.raised)),
      level: select(root_partition, io.partition.map((p) => p.ceiling.level)),
      holder: select(root_partition, io.partition.map((p) => p.ceiling.holder)),
    };
    const { held_back } = m.nets({
      held_back: and(ceiling.raised, select(root_partition, own_levels).le(ceiling.level)),
    });
    const anyone = m.symbolic("anyone", widths.partition, "any partition");
    m.ghost(() => {
      const { asked } = m.nets({ asked: select(anyone, entries.map(({ rank }) => rank)) });
      const task = select(anyone, entries.map((entry) => entry.task));
      const { was } = m.nets({ was: { rank: m.past(asked, 2), task: m.past(task, 2) } });
      m.assert("the_root_is_the_first_of_all_partitions", or(
        first.rank.lt(was.rank), and(first.rank.eq(was.rank), root_partition.le(anyone))));
      m.assert("the_root_is_the_task_of_its_partition", or(
        root_partition.ne(anyone), and(first.rank.eq(was.rank), first.task.eq(was.task))));
    });
    const valid = first.rank.msb().not();
    io.root.valid.value = valid;
    io.root.task.value = first.task;
    io.root.rank.value = first.rank;
    io.choice.valid.value = valid;
    io.choice.task.value = mux(held_back, ceiling.holder, first.task);
  });
}

/** The best of some, in a tournament; of equals the one before. */
function best(m: Builder, all: readonly Entry[]): Entry {
  const [first, second] = all;
  if (first === undefined) throw new Error("the best of none");
  if (second === undefined) return first;
  const round = Array.from({ length: all.length / 2 }, (_, pair) => m.scope(`${all.length}_${pair}`, () => {
    const [a, b] = [all[2 * pair] ?? first, all[2 * pair + 1] ?? first];
    const { second_leads } = m.nets({ second_leads: b.rank.lt(a.rank) });
    const { leader } = m.nets({
      leader: { rank: mux(second_leads, b.rank, a.rank), task: mux(second_leads, b.task, a.task) },
    });
    return leader;
  }));
  return best(m, round);
}
