// What the interrupt router does, told line by line without regard to hardware. Only when exactly a line is free again
// is not said: from the end of its distance on, within a bound.
import { routes, type Route, type RouterConfig } from "./router-shape.ts";

export interface LineSetup {
  readonly route: Route;
  readonly level: boolean;
  readonly priority: number;
  readonly task: number;
  readonly channel: number;
}

interface Line {
  setup: LineSetup;
  gap: number;
  wasHigh: boolean;
  armed: boolean;
  pending: boolean;
  /** Being delivered, or too soon after. */
  held: boolean;
  /** When it may be free again; undefined while it is being delivered. */
  freeAt: number | undefined;
  count: number;
}

/** What befalls the lines in a cycle, by their numbers. */
export interface Happenings {
  readonly high: readonly boolean[];
  readonly chosen: number | undefined;
  readonly taken: number | undefined;
  readonly refused: number | undefined;
  readonly rearmed: number | undefined;
  readonly setUp: { readonly line: number; readonly setup: LineSetup } | undefined;
}


export class RouterModel {
  readonly lines: readonly Line[];
  readonly masks: number[];

  constructor({ lines, partitions, routeAtReset }: RouterConfig) {
    this.lines = Array.from({ length: lines }, () => ({
      setup: { route: routeAtReset, level: true, priority: 0, task: 0, channel: 0 }, gap: 0, wasHigh: false, armed: true, pending: false, held: false, freeAt: undefined, count: 0,
    }));
    this.masks = Array.from({ length: partitions }, () => 2 ** lines - 1);
  }

  line(n: number): Line {
    const line = this.lines[n];
    if (line === undefined) throw new Error(`there is no line ${n}`);
    return line;
  }

  /** The line that is chosen in this cycle, if one is, among those that lead by a way that is free. */
  choice(partition: number, free: ReadonlySet<Route>): number | undefined {
    let best: number | undefined;
    this.lines.forEach((line, n) => {
      if (!line.pending || line.held || !this.#allowed(partition, n) || !free.has(line.setup.route)) return;
      if (best === undefined || line.setup.priority > this.line(best).setup.priority) best = n;
    });
    return best;
  }

  /** What the local APIC sees of a line. */
  toApic(partition: number, n: number, high: boolean): boolean {
    const { setup, held, pending } = this.line(n);
    return setup.route === "VECTOR" && !held && this.#allowed(partition, n) && (setup.level ? high : pending);
  }

  /** It is delivered: its distance begins. A message that was refused has none. */
  deliver(n: number, now: number, refused = false): void {
    const line = this.line(n);
    line.freeAt = refused ? now : now + line.gap;
  }

  /** The hardware lets it go; throws if that is too soon. */
  free(n: number, now: number): void {
    const line = this.line(n);
    if (!line.held || line.freeAt === undefined || now < line.freeAt) {
      throw new Error(`line ${n} is free in cycle ${now}, but should be from ${line.freeAt ?? "its delivery"} on`);
    }
    line.held = false;
  }

  /** The end of a cycle. */
  tick({ high, chosen, taken, refused, rearmed, setUp }: Happenings): void {
    this.lines.forEach((line, n) => {
      const { setup } = line;
      const isHigh = high[n] === true;
      const isSetUp = setUp?.line === n;
      const latched = setup.route !== "OFF" && (setup.route !== "VECTOR" || !setup.level);
      const asks = !isSetUp && latched && isHigh && (setup.level ? line.armed : !line.wasHigh);
      const leaves = n === chosen || (n === taken && setup.route === "VECTOR");
      const requests = [line.pending && !leaves && !isSetUp, asks, n === refused && !isSetUp].filter(Boolean).length;
      line.pending = requests > 0;
      line.count += Math.max(0, requests - 1);
      if (!isHigh || isSetUp || n === rearmed) line.armed = true;
      else if (asks) line.armed = false;
      line.wasHigh = isHigh;
      if (n === chosen || n === taken) {
        line.held = true;
        if (n === chosen) line.freeAt = undefined;
      }
      if (isSetUp) line.setup = setUp.setup;
    });
  }

  #allowed(partition: number, n: number): boolean { return (((this.masks[partition] ?? 0) >> n) & 1) === 1; }
}

export const setupWord = ({ route, level, priority, task, channel }: LineSetup): number =>
  routes[route] | (Number(level) << 2) | (priority << 4) | (task << 8) | (channel << 16);
