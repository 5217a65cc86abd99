// What the trace unit records: one object, read by the units that report events, by the decoder on the host, and by the
// pictures. It knows nothing of hardware construction. An event has a kind, the task it is about, an argument of up to
// 32 bits, and the cycle in which it was reported.

/** How an argument is shown. */
export type ArgumentShape = "none" | "task" | "count" | "cycles" | "address" | "channel" | "vector" | "number";

interface EventKind {
  /** As it stands on the line; 5 bits. */
  readonly code: number;
  /** Follows the task's name: "task 3 begins to run". */
  readonly says: string;
  readonly argument: { readonly shape: ArgumentShape; readonly doc: string };
}

const argument = (shape: ArgumentShape, doc: string): EventKind["argument"] => ({ shape, doc });
const noArgument = argument("none", "0");

export const eventKinds = {
  lost: {
    code: 0, says: "records lost",
    argument: argument("count", "how many, since the record before; all ones: at least as many"),
  },
  sync: { code: 1, says: "the time", argument: argument("none", "not sent as a record: becomes an ident frame") },
  switch: { code: 2, says: "begins to run", argument: argument("task", "the task that ran before") },
  release: { code: 3, says: "job released", argument: argument("cycles", "from now to its deadline; 0: it has none") },
  done: { code: 4, says: "job done", argument: argument("cycles", "that it has used of its budget") },
  miss: { code: 5, says: "deadline missed", argument: argument("cycles", "that it has used of its budget") },
  overrun: { code: 6, says: "budget used up", argument: argument("cycles", "the budget") },
  early: { code: 7, says: "release held back: too early", argument: argument("cycles", "until it may come") },
  send: { code: 8, says: "sends", argument: argument("channel", "the channel") },
  receive: { code: 9, says: "receives", argument: argument("channel", "the channel") },
  refused: { code: 10, says: "message refused", argument: argument("channel", "the channel") },
  interrupt: { code: 11, says: "interrupted", argument: argument("vector", "the vector") },
  call: { code: 12, says: "system call", argument: argument("number", "its number") },
  fault: { code: 13, says: "fault", argument: argument("vector", "the vector; above bit 8 the error code") },
  violation: { code: 14, says: "access refused by the MPU", argument: argument("address", "linear address") },
  mark: { code: 15, says: "mark", argument: argument("number", "what the software wrote") },
  doorbell: { code: 16, says: "woken by a channel", argument: argument("channel", "the channel") },
  stop: { code: 17, says: "stopped", argument: noArgument },
  late: { code: 18, says: "was switched to late", argument: argument("cycles", "after its time") },
} as const satisfies Record<string, EventKind>;

export type EventName = keyof typeof eventKinds;

/** Widths of what an event consists of, in bits. */
export const eventBits = { kind: 5, task: 8, argument: 32 } as const;

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an object's own keys
export const eventNames = Object.keys(eventKinds) as readonly EventName[];

const byCode = new Map<number, EventName>(eventNames.map((name) => [eventKinds[name].code, name]));
if (byCode.size !== eventNames.length) throw new Error("two kinds of events have the same code");
for (const { code } of Object.values(eventKinds)) {
  if (code >= 2 ** eventBits.kind) throw new Error(`an event's code does not fit in ${eventBits.kind} bits: ${code}`);
}

/** Undefined for a code that a newer machine may have. */
export const eventOfCode = (code: number): EventName | undefined => byCode.get(code);
