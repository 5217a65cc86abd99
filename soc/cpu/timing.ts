// The core's timing: a table made from instructions and microcode, and the sums that an analyser makes of it. The parts
// are in timing/: the pipeline's rules, the ways through the microcode, machine code to rows, the sums, the table.
export { limits, slowerRows, slowerText, type Limit, type Slower } from "./timing/compare.ts";
export {
  bubblesBetween, clocksBetween, deliveryBubbles, entryBubbles, ownClocks, stepsBrokenOff, taskSwitchClocks,
  waysOfInstruction,
  type Delivery, type Executed, type Fetched, type Unusual,
} from "./timing/clocks.ts";
export { decodeAt, type Decoded, type Mode } from "./timing/match.ts";
export { deliveryWays, type Outcome, type Way } from "./timing/paths.ts";
export { crossing_clocks, fetch_walk_bubbles, fetchBubbles, pageOf, walk_bound, walks_max, type FetchWalk } from "./timing/paging.ts";
export {
  access_bubbles, holdsBackLoads, interlock_bubbles, refetch, split_accesses, split_clocks, standard_device_clocks,
} from "./timing/pipeline.ts";
export { clocksSpoiled } from "./timing/spoiled.ts";
export { timingRows, timingTable, type TableRow, type TableWay, type TimingTable } from "./timing/table.ts";
export { type Decide, type NewTask, type TaskSwitch } from "./timing/tasks.ts";
