// The core's timing: a table made from instructions and microcode, and the sums that an analyser makes of it. The parts
// are in timing/: the pipeline's rules, the ways through the microcode, machine code to rows, the sums, the table.
export { limits, slowerRows, slowerText, type Limit, type Slower } from "./timing/compare.ts";
export {
  bubblesBetween, clocksBetween, deliveryBubbles, entryBubbles, ownClocks, waysOfInstruction,
  type Delivery, type Executed,
} from "./timing/clocks.ts";
export { decodeAt, type Decoded } from "./timing/match.ts";
export { type Outcome, type Way } from "./timing/paths.ts";
export { standard_device_clocks } from "./timing/pipeline.ts";
export { timingRows, timingTable, type TableRow, type TableWay, type TimingTable } from "./timing/table.ts";
