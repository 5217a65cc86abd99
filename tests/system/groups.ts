import type { Group } from "./case.ts";
import { accessRights } from "./cases/access-rights.ts";
import { debug } from "./cases/debug.ts";
import { descriptorQueries, tableRegisters } from "./cases/descriptor-queries.ts";
import { faults } from "./cases/faults.ts";
import { farTransfers } from "./cases/far-transfers.ts";
import { interrupts } from "./cases/interrupts.ts";
import { paging } from "./cases/paging.ts";
import { privileges } from "./cases/privileges.ts";
import { segmentLoads } from "./cases/segment-loads.ts";
import { systemRegisters } from "./cases/system-registers.ts";
import { tasks } from "./cases/tasks.ts";
import { virtual8086 } from "./cases/virtual-8086.ts";

export const groups: readonly Group[] = [
  segmentLoads,
  accessRights,
  farTransfers,
  interrupts,
  tasks,
  descriptorQueries,
  tableRegisters,
  privileges,
  paging,
  virtual8086,
  faults,
  debug,
  systemRegisters,
];
