// How large an interrupt router is, and what follows from it.
import { indexWidth } from "#hdl-gen";
import { interruptLineCount } from "../memory-map.ts";
import { policies } from "../scheduler/shape.ts";

export interface RouterConfig {
  /** A power of two, as are the others. */
  readonly lines: number;
  readonly partitions: number;
  readonly tasks: number;
  readonly channels: number;
  readonly priorityBits: number;
  /** Of the least distance between two deliveries, in cycles. */
  readonly gapBits: number;
  /** Of the count of requests that came too soon. */
  readonly countBits: number;
  /** Of the clock. */
  readonly timeBits: number;
  /** What the scheduler calls an urgency that is a deadline. */
  readonly deadlinePolicy: number;
  /** Where all lines lead after reset, as levels, to nobody and channel 0. */
  readonly routeAtReset: Route;
}

export const routerConfig: RouterConfig = {
  lines: interruptLineCount, partitions: 8, tasks: 256, channels: 64, priorityBits: 4, gapBits: 32, countBits: 16,
  timeBits: 64, deadlinePolicy: policies.indexOf("edf"), routeAtReset: "VECTOR",
};

export interface RouterWidths {
  readonly line: number;
  readonly partition: number;
  readonly task: number;
  readonly channel: number;
  /** Holds the end of a distance, and whether it has passed. */
  readonly end: number;
}

export function routerWidths({ lines, partitions, tasks, channels, gapBits }: RouterConfig): RouterWidths {
  for (const [name, count] of Object.entries({ lines, partitions, tasks, channels })) {
    if (count !== 2 ** indexWidth(count)) throw new Error(`the number of ${name} must be a power of two: ${count}`);
  }
  return {
    line: indexWidth(lines), partition: indexWidth(partitions), task: indexWidth(tasks), channel: indexWidth(channels),
    end: gapBits + 1,
  };
}

/** Where a line leads. */
export const routes = { OFF: 0, VECTOR: 1, MESSAGE: 2, RELEASE: 3 } as const;
export type Route = keyof typeof routes;

/** From the cycle in which a line rises to the one in which its task's release is offered to the scheduler. */
export const lineToRelease_cycles = 2;

/** From the end of a line's distance to its being delivered again: once around, and as at any time. */
export const gapEnd_cycles = ({ lines }: Pick<RouterConfig, "lines">): number => lines + 2;
