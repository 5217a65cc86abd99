// What a partition gets of the processor. Its windows come in a frame that repeats; the tasks' releases know nothing of
// the frame, so what counts is the least that any stretch of time of a given length contains, wherever it begins.
//
// Least supply grows by `supply` with each frame. Within a frame it is a staircase of rising pieces; kept is its
// inverse, the time after which so much work is done at the latest:
//
//   work │        ╱      segment: from { work, time } on, a cycle of work takes a cycle,
//        │   ────╱       until the next segment's work
//        │  ╱
//        └──────── time

export interface Window {
  readonly cycles: number;
  /** Whether the partition may run in it. */
  readonly open: boolean;
}

export interface Segment {
  readonly work: number;
  readonly time: number;
}

export interface Supply {
  /** Cycles of a frame, and those of the partition in it. */
  readonly frame: number;
  readonly supply: number;
  /** Work is done after work × frame / supply + latency cycles, or earlier. */
  readonly latency: number;
  /** By work, from 0 on. */
  readonly segments: readonly Segment[];
}

/** The supply of the open windows of a frame; nothing if they are all of it. There must be an open one. */
export function supplyOf(windows: readonly Window[]): Supply | undefined {
  const frame = sum(windows.map(({ cycles }) => cycles));
  const supply = sum(windows.filter(({ open }) => open).map(({ cycles }) => cycles));
  if (supply === 0) throw new Error("a supply needs an open window");
  if (supply === frame) return undefined;
  const starts = windows.flatMap(({ open }, index) => (open && !at(windows, index + 1).open ? [index + 1] : []));
  const staircases = starts.map((start) => staircase(windows, start));
  const works = [...new Set(staircases.flatMap((stairs) => stairs.map(({ work }) => work)))].toSorted((a, b) => a - b);
  const segments: Segment[] = [];
  for (const work of works) {
    const time = Math.max(...staircases.map((stairs) => timeAt(stairs, work)));
    const before = segments.at(-1);
    if (before === undefined || before.time - before.work !== time - work) segments.push({ work, time });
  }
  const latency = Math.max(...segments.map(({ work, time }) => time - Math.floor((work * frame) / supply)));
  return { frame, supply, latency, segments };
}

/** When `work` is done at the latest, if it is all that there is. */
export function doneBy(supply: Supply | undefined, work: number): number {
  if (supply === undefined || work === 0) return work;
  const frames = Math.floor((work - 1) / supply.supply);
  return frames * supply.frame + timeAt(supply.segments, work - 1 - frames * supply.supply) + 1;
}

/** When the cycle of work number `work`, counted from 0, begins. */
function timeAt(segments: readonly Segment[], work: number): number {
  let found = segments[0];
  for (const segment of segments) if (segment.work <= work) found = segment;
  if (found === undefined) throw new Error("a supply without segments");
  return found.time + work - found.work;
}

/** The rising pieces of a frame that begins with window `start`. */
function staircase(windows: readonly Window[], start: number): Segment[] {
  const stairs: Segment[] = [];
  let [time, work] = [0, 0];
  for (let offset = 0; offset < windows.length; offset++) {
    const { cycles, open } = at(windows, start + offset);
    if (open) {
      stairs.push({ work, time });
      work += cycles;
    }
    time += cycles;
  }
  return stairs;
}

/** The window after the last is the first again. */
function at(windows: readonly Window[], index: number): Window {
  const window = windows[index % windows.length];
  if (window === undefined) throw new Error("a frame without windows");
  return window;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
