// What keeps an analysis from proving a bound: a code, the places, and what to do. Texts are made where lines are
// known.

/** Each with what mends it. */
export const remedies = {
  "loop without a bound": "write the loop as BOUNDED_LOOP (kernel/freestanding/flow_facts.h)",
  "bound of a loop that is never entered": "put the loop's ENTER in front of it: every path to ITER must pass it",
  "marker beside the code": "a marker is a nop of its own: WCET_RECORD makes it",
  recursion: "write it as a loop with a bound",
  "jump to where the analysis cannot see": "compile with -fno-jump-tables, or say the targets with CALL_TARGETS",
  "call to where the analysis cannot see": "say the targets with CALL_TARGETS in front of the call",
  "instruction without a time": "the core's instruction table has no such row: use another instruction",
  "repetition without a bound": "load ECX with a constant, or put REPEATED_AT_MOST in front",
  halt: "it waits for an interrupt, and nobody knows how long: end the operation in front of it",
  "software interrupt": "what it calls has its own bound: call a function instead",
  "code that is not there": "the ELF file has no section with these bytes",
  "return to elsewhere": "a function must return to its caller; say where stacks change with wcet_stacks_change",
  "operation without an end": "an operation ends with IRET, SYSEXIT, RET or OPERATION_ENDS",
  "too much code": "the operation's calls, each by itself, are more than the analysis follows",
  "answer of the solver": "the bound is not proven; this is a defect of the analysis or the solver",
} as const;

export type ProblemKind = keyof typeof remedies;

export class Problem extends Error {
  readonly kind: ProblemKind;
  readonly places: readonly number[];
  readonly detail: string;

  constructor(kind: ProblemKind, places: readonly number[], detail = "") {
    super(`${kind}${detail === "" ? "" : `: ${detail}`} (${places.map(hex).join(", ")})`);
    this.kind = kind;
    this.places = places;
    this.detail = detail;
  }
}

export const hex = (address: number): string => `${(address >>> 0).toString(16).toUpperCase()}h`;
