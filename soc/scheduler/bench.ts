// A scheduler in the simulator, with what surrounds it: a clock, a bus, units that wake tasks, and a dispatcher.
import { simulate, type Simulation } from "#hdl-gen";
import type { Operation } from "./operation.ts";
import { operations } from "./operation.ts";
import type { TaskSetup, Urgency } from "./model.ts";
import { scheduler as kernelPage, taskScheduler } from "./registers.ts";
import { actions } from "./row.ts";
import { scheduler, type SchedulerPorts } from "./scheduler.ts";
import { policies, schedulerConfig, type SchedulerConfig } from "./shape.ts";
import type { wakers } from "./admit.ts";

/** Cycles from one access of the bus to the next, at the least (bus.ts). */
const busAccess_cycles = 3;

type KernelRegister = keyof typeof kernelPage.registers;
type OwnRegister = keyof typeof taskScheduler.registers;
export type Waker = (typeof wakers)[number];

export interface Bench {
  readonly sim: Simulation<SchedulerPorts>;
  readonly config: SchedulerConfig;
  /** The clock in this cycle. */
  now(): number;
  /** Called in every cycle when everything has settled, before the edge. */
  onCycle(see: () => void): void;
  /** Called before that, to set inputs. */
  beforeCycle(drive: () => void): void;
  step(cycles?: number): void;
  /** Accesses of the bus; each takes its cycles. */
  write(register: KernelRegister, value: number, n?: number, written?: () => void): void;
  read(register: KernelRegister, n?: number): number;
  own(register: OwnRegister): void;
  readOwn(register: OwnRegister): number;
  command(operation: Operation, task: number, policy?: number): void;
  setUp(task: number, setup: TaskSetup): void;
  time(value: number): void;
  start(task: number, firstRelease: number): void;
  /** Puts a wake-up on offer; taken when `ready`. */
  offerWake(waker: Waker, task: number, options?: { readonly waits?: boolean; readonly inherits?: Urgency }): void;
  isTaken(waker: Waker): boolean;
  withdraw(waker: Waker): void;
  dispatch(task: number): void;
  /** The choice, if there is one. */
  choice(): number | undefined;
}

const offsetOf = ({ offset, stride = 0 }: { readonly offset: number; readonly stride?: number }, n: number): number =>
  offset + n * stride;
const bit = (value: boolean): number => (value ? 1 : 0);

export function bench(
  config: SchedulerConfig = schedulerConfig, firstNow = 0, record: (bench: Bench) => void = () => {},
): Bench {
  const sim = simulate(scheduler(config));
  const { io } = sim;
  let now = firstNow;
  const watchers: (() => void)[] = [];
  const drivers: (() => void)[] = [];
  io.now = BigInt(now);
  sim.reset(2);

  const step = (cycles = 1): void => {
    for (let i = 0; i < cycles; i++) {
      for (const drive of drivers) drive();
      for (const see of watchers) see();
      sim.step();
      now++;
      io.now = BigInt(now);
    }
  };
  const access = (
    page: "kernel" | "own", offset: number, write: 0 | 1, value: number, done = (): void => {},
  ): number => {
    const port = io[page];
    port.access = 1;
    port.write = write;
    port.mask = 0b1111;
    port.address = offset / 4;
    port.wdata = value >>> 0;
    const found = port.rdata;
    step();
    port.access = 0;
    done();
    step(busAccess_cycles - 1);
    return found;
  };
  const self: Bench = {
    sim, config, step,
    now: () => now,
    onCycle: (see) => { watchers.push(see); },
    beforeCycle: (drive) => { drivers.push(drive); },
    write: (register, value, n = 0, written) => {
      access("kernel", offsetOf(kernelPage.registers[register], n), 1, value, written);
    },
    read: (register, n = 0) => access("kernel", offsetOf(kernelPage.registers[register], n), 0, 0),
    own: (register) => { access("own", taskScheduler.registers[register].offset, 1, 0); },
    readOwn: (register) => access("own", taskScheduler.registers[register].offset, 0, 0),
    command(operation, task, policy = 0) {
      const { OPERATION, POLICY } = kernelPage.registers.COMMAND.fields;
      self.write("TASK", task);
      self.write("COMMAND", (operations.indexOf(operation) << OPERATION.lsb) | (policy << POLICY.lsb));
    },
    setUp(task, setup) {
      const f = kernelPage.registers.TRAITS.fields;
      self.write("TRAITS",
        (policies.indexOf(setup.policy) << f.POLICY.lsb) | (bit(setup.sporadic) << f.SPORADIC.lsb)
        | (bit(setup.collects) << f.COLLECTS.lsb) | (bit(setup.reportsEarly) << f.REPORT_EARLY.lsb)
        | (actions.indexOf(setup.onOverrun) << f.ON_OVERRUN.lsb) | (actions.indexOf(setup.onMiss) << f.ON_MISS.lsb)
        | (setup.priority << f.PRIORITY.lsb) | (setup.level << f.LEVEL.lsb));
      const halves = (name: "PERIOD" | "DEADLINE" | "BUDGET", value: number): void => {
        self.write(`${name}_LOW`, value % 2 ** 32);
        self.write(`${name}_HIGH`, Math.floor(value / 2 ** 32));
      };
      halves("PERIOD", setup.period);
      halves("DEADLINE", setup.deadline);
      halves("BUDGET", setup.budget ?? 2 ** config.budgetBits - 1);
      self.command("setup", task);
    },
    time(value) {
      self.write("TIME_LOW", value % 2 ** 32);
      self.write("TIME_HIGH", Math.floor(value / 2 ** 32));
    },
    start(task, firstRelease) {
      self.time(firstRelease);
      self.command("start", task);
    },
    offerWake(waker, task, { waits = false, inherits } = {}) {
      const port = io.wake[waker];
      port.valid = 1;
      port.number = task;
      port.waits = waits ? 1 : 0;
      port.inherits = inherits === undefined ? 0 : 1;
      port.urgency.policy = inherits === undefined ? 0 : policies.indexOf(inherits.policy);
      port.urgency.value = BigInt(inherits?.value ?? 0);
    },
    isTaken: (waker) => io.wake[waker].valid === 1 && io.wake[waker].ready === 1,
    withdraw: (waker) => { io.wake[waker].valid = 0; },
    dispatch(task) {
      io.dispatched.valid = 1;
      io.dispatched.number = task;
      step();
      io.dispatched.valid = 0;
    },
    choice: () => (io.choice.valid === 1 ? Number(io.choice.number) : undefined),
  };
  record(self);
  while ((self.read("STATUS") >>> kernelPage.registers.STATUS.fields.READY.lsb) === 0) step();
  return self;
}
