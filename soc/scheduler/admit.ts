// Who goes next: one operation enters the pipeline per cycle, of those that are asked for.
//
// The first five requests go before all others, in their order: they come one at a time, cycles apart. What the running
// task asks for itself comes after its switch and its overrun, so that it cannot keep them out. The others take turns,
// so each waits for each other one once at most. A request for a task that one of the two operations before is
// about, waits; others pass it.
import {
  and, array, cat, constant, input, module, mux, oneHotMux, or, output, roundRobinArbiter, type Bit, type Design,
} from "#hdl-gen";
import { Operation } from "./operation.ts";
import { widthsOf, type SchedulerConfig } from "./shape.ts";

/** In order of precedence, before those that take turns. */
const preferred = ["sweep", "command", "load", "overrun", "own"] as const;
/** Units that may wake tasks. */
export const wakers = ["message", "interrupt"] as const;
const inTurn = ["due", ...wakers] as const;
export const requesters = [...preferred, ...inTurn] as const;
export type Requester = (typeof requesters)[number];

/** Those that say what they want; the others always want the same. */
const kinds = { sweep: "setup", load: "dispatch", overrun: "overrun", due: "look" } as const;

const ports = (config: SchedulerConfig) => {
  const { task, urgency } = widthsOf(config);
  const plain = { valid: input(1), task: input(task), taken: output(1, "it enters in this cycle") };
  const asking = { ...plain, kind: input(Operation) };
  const carrying = { ...asking, carries: input(1, "urgency is to be inherited"), urgency: input(urgency) };
  return {
    asks: {
      sweep: plain, command: carrying, load: plain, overrun: plain, own: asking,
      due: plain, message: carrying, interrupt: carrying,
    } satisfies Record<Requester, unknown>,
    under_way: array(2, { valid: input(1), task: input(task, "that an operation before is about") }),
    enters: {
      valid: output(1), kind: output(Operation), task: output(task), carries: output(1), urgency: output(urgency),
    },
  };
};

export type AdmitPorts = ReturnType<typeof ports>;

export function admit(config: SchedulerConfig): Design<AdmitPorts> {
  return module("scheduler_admit", "Lets one operation in per cycle.", ports(config), (m, io) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one for each name
    const ready = Object.fromEntries(requesters.map((name) => {
      const { valid, task } = io.asks[name];
      const same = io.under_way.map((other) => other.valid.and(other.task.eq(task)));
      return [name, m.scope(name, () => {
        const { busy } = m.nets({ busy: or(...atLeastOne(same)) });
        return m.nets({ ready: and(valid, busy.not()) });
      }).ready];
    })) as Record<Requester, Bit>;

    const before: Bit[] = [];
    const grants: (readonly [Requester, Bit])[] = preferred.map((name) => {
      const { granted } = m.scope(name, () => m.nets({
        granted: before.length === 0 ? ready[name] : and(ready[name], ...before.map((other) => other.not())),
      }));
      before.push(ready[name]);
      return [name, granted];
    });
    const { turn_comes } = m.nets({ turn_comes: or(...atLeastOne(before)).not() });
    const { grants: turns } = m.instance("turns", roundRobinArbiter(inTurn.length), {
      requests: cat(...inTurn.map((name) => ready[name]).toReversed()).as(inTurn.length), advance: turn_comes,
    });
    inTurn.forEach((name, number) => {
      const { granted } = m.scope(name, () => m.nets({ granted: and(turns.bit(number), turn_comes) }));
      grants.push([name, granted]);
    });

    for (const [name, granted] of grants) io.asks[name].taken.value = granted;
    const { asks } = io;
    const grantOf = Object.fromEntries(grants);
    const grantTo = (name: Requester): Bit => grantOf[name] ?? constant(0, 1);
    io.enters.valid.value = or(...atLeastOne(requesters.map((name) => ready[name])));
    io.enters.task.value = oneHotMux<number>(grants.map(([name, grant]) => [grant, asks[name].task] as const));
    // Nothing but the grants is needed to tell what is always the same, nothing but two of them to tell whose urgency.
    io.enters.kind.value = "look";
    for (const name of ["sweep", "load", "overrun"] as const) {
      m.when(grantTo(name), () => { io.enters.kind.value = kinds[name]; });
    }
    for (const name of ["command", "own", ...wakers] as const) {
      m.when(grantTo(name), () => { io.enters.kind.value = asks[name].kind; });
    }
    io.enters.carries.value = or(
      and(grantTo("command"), asks.command.carries), ...wakers.map((name) => and(grantTo(name), asks[name].carries)));
    io.enters.urgency.value = mux(grantTo("command"), asks.command.urgency,
      mux(grantTo("message"), asks.message.urgency, asks.interrupt.urgency));

    m.assert("lets_one_in_at_a_time", grants.reduce<Bit>(
      (soFar, [, granted], i) => and(soFar, ...grants.slice(i + 1).map(([, other]) => granted.and(other).not())),
      constant(1, 1)));
    m.assert("lets_nothing_in_that_nobody_asked_for", and(constant(1, 1), ...grants.map(([name, granted]) =>
      granted.not().or(io.asks[name].valid))));
    m.assert("keeps_operations_on_a_task_apart", and(constant(1, 1), ...io.under_way.map((other) =>
      or(io.enters.valid.not(), other.valid.not(), other.task.ne(io.enters.task)))));
    m.assert("lets_something_in_if_it_can", io.enters.valid.eq(or(...atLeastOne(grants.map(([, granted]) => granted)))));
  });
}

const atLeastOne = (bits: readonly Bit[]): [Bit, ...Bit[]] => {
  const [first, ...rest] = bits;
  return [first ?? constant(0, 1), ...rest];
};
