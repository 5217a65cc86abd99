// The ends of what the trace unit connects.
import { input, output } from "#hdl-gen";
import { eventBits, eventKinds, type EventName } from "./events.ts";

/** A unit's report of what has just happened, in one clock. There is no `ready`: nobody ever waits for the trace. */
export const eventPort = {
  valid: output(1, "it happened in this cycle"),
  kind: output(eventBits.kind, "a code of trace/events.ts"),
  task: output(eventBits.task, "that it is about"),
  argument: output(eventBits.argument, "what it means, the kind says"),
};

/** A row of bytes, such as a frame's body, one in each cycle in which valid and ready are set. */
export const bytePort = {
  valid: output(1),
  ready: input(1),
  data: output(8),
  last: output(1, "the body ends with this byte"),
};

/** Text in one direction of the serial line. */
export const textPort = {
  valid: output(1),
  ready: input(1),
  data: output(8),
};

/** What hardware drives `kind` with. */
export const kindOf = (name: EventName): number => eventKinds[name].code;
