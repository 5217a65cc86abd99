// Schedulers small enough to prove things of: the same sources, with fewer tasks and narrower numbers.
import type { SchedulerConfig } from "../shape.ts";

export const smallScheduler: SchedulerConfig = {
  tasks: 8, partitions: 2, dueGroups: 4, deadlineBits: 6, horizonBits: 4, budgetBits: 4, priorityBits: 2, levelBits: 2,
  pendingBits: 2, windows: 2, windowBits: 3, events: 4,
};
