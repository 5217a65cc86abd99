// What is kept of a task, in two rows: what the kernel has set up, and what has become of it.
import { cat, enumeration, regNoReset, type Bits, type Choice, type Declaration, type Register } from "#hdl-gen";
import { policyBits, widthsOf, type SchedulerConfig } from "./shape.ts";

/**
 * stopped: takes no part. waiting: has no job, waits for the next release. ready: has a job and may run. woken: likewise,
 * and has been woken since it last blocked, so that the next `block` does not block. blocked: its job waits to be woken.
 * held: its job was stopped; the kernel ends it.
 */
export const modes = ["stopped", "waiting", "ready", "woken", "blocked", "held"] as const;
export type Mode = (typeof modes)[number];
export const Mode = enumeration("mode", modes);

/** What happens to a task whose budget is used up, or whose deadline passes. */
export const actions = ["report", "stop_job", "stop_task"] as const;
export type Action = (typeof actions)[number];
export const Action = enumeration("action", actions);

interface Field<N extends number = number> {
  readonly width: N;
}
const flag: Field<1> = { width: 1 };

/** What the kernel sets up; the lowest field first. */
export const setupFields = ({ horizonBits, priorityBits }: SchedulerConfig) => ({
  period: { width: horizonBits },
  deadline: { width: horizonBits },
  priority: { width: priorityBits },
  policy: { width: policyBits },
  sporadic: flag,
  collects: flag,
  reports_early: flag,
  on_overrun: { width: Action.width },
  on_miss: { width: Action.width },
}) satisfies Record<string, Field>;

/** What the scheduler keeps up to date; the lowest field first. */
export const stateFields = (config: SchedulerConfig) => ({
  /** Periodic: the next release. Sporadic: when the next may come. */
  release: { width: widthsOf(config).due },
  /** Policy and deadline or priority, with what was inherited. */
  urgency: { width: widthsOf(config).urgency },
  mode: { width: Mode.width },
  /** Releases of a sporadic task that wait for the job to end or the time between arrivals to pass. */
  pending: { width: config.pendingBits },
  /** The job's deadline has passed, which has been reported. */
  missed: flag,
  /** The time `release` is still to come. If it is not: of a periodic task, the next job waits for this one to end. */
  armed: flag,
  /** The job has not run yet: its budget is the whole one. */
  fresh: flag,
}) satisfies Record<string, Field>;

type Fields = Readonly<Record<string, Field>>;
/** A row taken apart. */
export type ValuesOf<F extends Fields> = { readonly [K in keyof F]: Bits<F[K]["width"]> };
export type State = ValuesOf<ReturnType<typeof stateFields>>;

export const widthOf = (fields: Fields): number => Object.values(fields).reduce((sum, { width }) => sum + width, 0);

/** The fields of a named word. */
export function unpack<F extends Fields>(word: Bits, fields: F): ValuesOf<F> {
  let at = 0;
  const found: [string, Bits][] = Object.entries(fields).map(([name, { width }]) => {
    at += width;
    return [name, width === word.width ? word : word.slice(at - 1, at - width)];
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same keys
  return Object.fromEntries(found) as unknown as ValuesOf<F>;
}

export function pack<F extends Fields>(fields: F, values: ValuesOf<F>): Bits {
  const parts = Object.keys(fields).map((name) => values[name as keyof F]);
  return cat(...parts.toReversed());
}

/** Registers for a row taken apart. */
export function registersOf<F extends Fields>(fields: F) {
  const made = Object.entries(fields).map(([name, { width }]) => [name, regNoReset(width)] as const);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same keys
  return Object.fromEntries(made) as unknown as { readonly [K in keyof F]: Declaration<Register<F[K]["width"]>> };
}

export const modeOf = ({ mode }: { readonly mode: Bits }): Choice<Mode> => Mode.from(mode);
