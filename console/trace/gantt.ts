// A span of a run as a picture, in one SVG file without scripts or fonts: a row for each task, with what real-time
// engineers draw by hand. A release is an arrow up, a deadline an arrow down; a bar is the task running, the band
// behind it a job that is released and not done; a curve is a message from sender to receiver; what is red was missed.
import { eventKinds } from "../../soc/trace/events.ts";
import { analyse, type Analysis, type Job } from "./analysis.ts";
import type { Names } from "./names.ts";
import { element, textElement, titled } from "./svg.ts";
import { argumentText, microseconds } from "./text.ts";
import { isBreak, type Run, type TraceEvent } from "./timeline.ts";

export interface Span {
  /** In cycles. */
  readonly from: bigint;
  readonly to: bigint;
}

export class NothingToDraw extends Error {}

const width = 1200;
const left = 150;
const right = 24;
const top = 34;
const rowHeight = 56;
const barHeight = 22;
const axisHeight = 34;
const legendHeight = 34;
/** Of an arrow beside its row. */
const arrowHeight = 17;

const ink = {
  text: "#1f2430",
  soft: "#6b7280",
  grid: "#e6e8ee",
  band: "#f6f7fa",
  missed: "#d1242f",
  message: "#3b4252",
};
/** Okabe and Ito's colours, told apart by everybody, without the red one. */
const colours = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#8c6d31", "#6a51a3", "#4d4d4d"] as const;
const colourOf = (index: number): string => colours[index % colours.length] ?? ink.text;

/** Room for a channel's name. */
const labelWidth = 70;

const elements_max = 20_000;
/** More labels than this would hide what they name. */
const labels_max = 14;

interface Sheet {
  readonly x: (time: bigint) => number;
  /** The middle of a task's row; undefined if it has none. */
  readonly y: (task: number) => number | undefined;
  readonly colour: (task: number) => string;
  readonly names: Names;
  readonly clock_hz: number;
}

export function ganttSvg(run: Run, names: Names, span: Span): string {
  const whole = analyse(run.events);
  const seen = within(whole, span);
  const tasks = [
    ...new Set(
      [...seen.executions, ...seen.jobs, ...seen.moments.filter((moment) => !isBreak(moment))].map(({ task }) => task),
    ),
  ]
    .filter((task) => task !== 0)
    .toSorted((a, b) => a - b);
  if (tasks.length === 0) throw new NothingToDraw("no task runs in this span");
  const count = seen.executions.length + seen.jobs.length + seen.messages.length + seen.moments.length;
  if (count > elements_max)
    throw new NothingToDraw(`${count} things happen in this span, more than a picture can show`);

  const length = Number(span.to - span.from);
  const bottom = top + tasks.length * rowHeight;
  const sheet: Sheet = {
    x: (time) => left + (Number(time - span.from) / length) * (width - left - right),
    y: (task) => (tasks.includes(task) ? top + (tasks.indexOf(task) + 0.5) * rowHeight : undefined),
    colour: (task) => colourOf(tasks.indexOf(task)),
    names,
    clock_hz: run.clock_hz,
  };
  const height = bottom + axisHeight + legendHeight;
  return (
    element(
      "svg",
      {
        xmlns: "http://www.w3.org/2000/svg",
        viewBox: `0 0 ${width} ${height}`,
        width,
        height,
        "font-family": "Inter, 'Segoe UI', 'Helvetica Neue', 'DejaVu Sans', sans-serif",
        "font-size": 12,
        fill: ink.text,
      },
      definitions(),
      element("rect", { width, height, rx: 10, fill: "#ffffff" }),
      ...rows(sheet, tasks, seen, length),
      ...axis(sheet, span, bottom),
      ...seen.moments.filter(isBreak).map((moment) => breakMark(sheet, moment, bottom)),
      ...jobBands(sheet, seen.jobs, span),
      ...seen.executions.map((execution) => bar(sheet, execution)),
      ...seen.jobs.flatMap((job) => jobArrows(sheet, job, span)),
      ...seen.messages.map((message) => messageArrow(sheet, message, seen.messages.length <= labels_max)),
      ...seen.moments.flatMap((moment) => momentMark(sheet, moment)),
      ...legend(bottom + axisHeight, seen),
    ) + "\n"
  );
}

/** What lies in the span, cut to it where it is drawn as a length. */
function within({ executions, jobs, messages, moments }: Analysis, { from, to }: Span): Omit<Analysis, "from" | "to"> {
  const isIn = (time: bigint): boolean => time >= from && time <= to;
  return {
    executions: executions
      .filter((one) => one.to > from && one.from < to)
      .map((one) => ({ ...one, from: later(one.from, from), to: earlier(one.to, to) })),
    // Of one that has no end only its arrows are drawn.
    jobs: jobs.filter(({ release, end, deadline = release }) =>
      end === undefined ? isIn(release) || isIn(deadline) : release < to && end >= from,
    ),
    messages: messages.filter(({ sent, received }) => sent >= from && received <= to),
    moments: moments.filter(({ time }) => time >= from && time <= to),
  };
}

const later = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const earlier = (a: bigint, b: bigint): bigint => (a < b ? a : b);

const definitions = (): string =>
  element(
    "defs",
    {},
    element(
      "marker",
      {
        id: "tip",
        viewBox: "0 0 8 8",
        refX: 7,
        refY: 4,
        markerWidth: 7,
        markerHeight: 7,
        orient: "auto-start-reverse",
      },
      element("path", { d: "M0 0.8 L8 4 L0 7.2 Z", fill: ink.message }),
    ),
  );

function rows(sheet: Sheet, tasks: readonly number[], seen: Omit<Analysis, "from" | "to">, length: number): string[] {
  return tasks.flatMap((task, i) => {
    const y = top + i * rowHeight;
    const ran = seen.executions.reduce((sum, one) => sum + (one.task === task ? Number(one.to - one.from) : 0), 0);
    const responses = seen.jobs.flatMap(({ task: of, release, end }) =>
      of === task && end !== undefined ? [Number(end - release)] : [],
    );
    const worst = responses.length === 0 ? "" : ` · ≤ ${short(Math.max(...responses), sheet.clock_hz)}`;
    return [
      ...(i % 2 === 0 ? [element("rect", { x: 0, y, width, height: rowHeight, fill: ink.band })] : []),
      element("rect", { x: 14, y: y + rowHeight / 2 - 14, width: 4, height: 28, rx: 2, fill: sheet.colour(task) }),
      textElement({ x: 26, y: y + rowHeight / 2 - 2, "font-weight": 600 }, sheet.names.task(task)),
      textElement(
        { x: 26, y: y + rowHeight / 2 + 13, fill: ink.soft, "font-size": 10.5 },
        `${((100 * ran) / length).toFixed(1)} %${worst}`,
      ),
    ];
  });
}

/** With three digits or so. */
function short(cycles: number, clock_hz: number): string {
  const us = (cycles * 1e6) / clock_hz;
  const [value, unit] = us < 1000 ? [us, "µs"] : us < 1e6 ? [us / 1e3, "ms"] : [us / 1e6, "s"];
  return `${value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : value.toFixed(0)} ${unit}`;
}

function axis(sheet: Sheet, { from, to }: Span, bottom: number): string[] {
  const span_us = (Number(to - from) * 1e6) / sheet.clock_hz;
  const step_us = niceStep(span_us / 10);
  const [unit, unit_us] = step_us >= 1000 ? (["ms", 1000] as const) : (["µs", 1] as const);
  const places = Math.max(0, -Math.floor(Math.log10(step_us / unit_us)));
  const ticks = Array.from({ length: Math.floor(span_us / step_us + 1e-9) + 1 }, (_, i) => i * step_us);
  return [
    textElement(
      { x: left, y: 20, fill: ink.soft, "font-size": 10.5 },
      `from ${microseconds(from, sheet.clock_hz)} µs, clock ${sheet.clock_hz / 1e6} MHz`,
    ),
    ...ticks.flatMap((tick_us, i) => {
      const x = left + (tick_us / span_us) * (width - left - right);
      const label = (tick_us / unit_us).toFixed(places);
      return [
        element("line", { x1: x, y1: top, x2: x, y2: bottom, stroke: ink.grid }),
        textElement(
          { x, y: bottom + 17, "text-anchor": "middle", fill: ink.soft, "font-size": 11 },
          i === 0 ? `0 ${unit}` : label,
        ),
      ];
    }),
    element("line", { x1: left, y1: bottom, x2: width - right, y2: bottom, stroke: "#c3c8d4" }),
  ];
}

/** 1, 2 or 5 times a power of ten. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 5].find((factor) => factor * power >= least) ?? 10);
}

function bar(
  { x, y, colour, names, clock_hz }: Sheet,
  { task, from, to }: { readonly task: number; readonly from: bigint; readonly to: bigint },
): string {
  const middle = y(task);
  if (middle === undefined) return "";
  const length = Math.max(x(to) - x(from), 0.8);
  return element(
    "rect",
    {
      x: x(from),
      y: middle - barHeight / 2,
      width: length,
      height: barHeight,
      rx: Math.min(3, length / 2),
      fill: colour(task),
    },
    titled(`${names.task(task)}: ${microseconds(from, clock_hz)} to ${microseconds(to, clock_hz)} µs`),
  );
}

/** A job waits from its release, or from the end of the one before. */
function jobBands(sheet: Sheet, jobs: readonly Job[], span: Span): string[] {
  const doneBefore = new Map<number, bigint>();
  return jobs.flatMap((job) => {
    const begin = later(job.release, doneBefore.get(job.task) ?? job.release);
    if (job.end !== undefined) doneBefore.set(job.task, job.end);
    return jobBand(sheet, job, begin, span);
  });
}

/** To its end: pale, and red from the deadline on. */
function jobBand({ x, y, colour }: Sheet, { task, end, deadline }: Job, begin: bigint, span: Span): string[] {
  const middle = y(task);
  if (middle === undefined || end === undefined) return [];
  const band = (from: bigint, to: bigint, fill: string, opacity: number): string[] =>
    to <= from
      ? []
      : [
          element("rect", {
            x: x(from),
            y: middle - barHeight / 2 + 5,
            width: x(to) - x(from),
            height: barHeight - 10,
            fill,
            "fill-opacity": opacity,
          }),
        ];
  const [from, to] = [later(begin, span.from), earlier(end, span.to)];
  const late = deadline === undefined ? to : earlier(later(deadline, from), to);
  return [...band(from, late, colour(task), 0.25), ...band(late, to, ink.missed, 0.35)];
}

function jobArrows(
  { x, y, colour }: Sheet,
  { task, release, deadline, end, missed }: Job,
  { from, to }: Span,
): string[] {
  const middle = y(task);
  if (middle === undefined) return [];
  const [high, low] = [middle - barHeight / 2 - arrowHeight + 6, middle + barHeight / 2];
  const isMissed = missed || (deadline !== undefined && end !== undefined && end > deadline);
  const arrow = (time: bigint, pointsUp: boolean, stroke: string): string[] => {
    if (time < from || time > to) return [];
    const at = x(time);
    const [tip, back] = pointsUp ? [high, high + 5] : [low + 8, low + 3];
    return [
      element("path", {
        d: `M${fixed(at)} ${pointsUp ? low : high} V${tip} M${fixed(at - 3.2)} ${back} L${fixed(at)} ${tip} L${fixed(at + 3.2)} ${back}`,
        stroke,
        fill: "none",
        "stroke-width": 1.3,
        "stroke-linejoin": "round",
        "stroke-linecap": "round",
      }),
    ];
  };
  return [
    ...arrow(release, true, colour(task)),
    ...(deadline === undefined || deadline === release
      ? []
      : arrow(deadline, false, isMissed ? ink.missed : "#9aa1ae")),
    ...(isMissed && deadline !== undefined && deadline >= from && deadline <= to ? [cross(x(deadline), low + 8)] : []),
  ];
}

const fixed = (value: number): number => Math.round(value * 100) / 100;

const cross = (x: number, y: number): string =>
  element("path", {
    d: `M${fixed(x - 4)} ${y - 4} l8 8 M${fixed(x + 4)} ${y - 4} l-8 8`,
    stroke: ink.missed,
    "stroke-width": 2.4,
    "stroke-linecap": "round",
  });

function messageArrow(
  { x, y, names, clock_hz }: Sheet,
  {
    channel,
    from,
    to,
    sent,
    received,
  }: {
    readonly channel: number;
    readonly from: number;
    readonly to: number;
    readonly sent: bigint;
    readonly received: bigint;
  },
  labelled: boolean,
): string {
  const [source, sink] = [y(from), y(to)];
  if (source === undefined || sink === undefined) return "";
  const down = sink > source ? 1 : -1;
  const [x1, y1, x2, y2] = [x(sent), source + down * (barHeight / 2), x(received), sink - down * (barHeight / 2 + 1)];
  const bend = (Math.abs(y2 - y1) / 2) * down;
  const middle = (x1 + x2) / 2;
  const atEdge = middle > width - right - labelWidth;
  const label = textElement(
    {
      x: middle + (atEdge ? -6 : 6),
      y: (y1 + y2) / 2 + 4,
      "text-anchor": atEdge ? "end" : undefined,
      "font-size": 10.5,
      fill: ink.message,
      stroke: "#ffffff",
      "stroke-width": 3,
      "paint-order": "stroke",
    },
    names.channel(channel),
  );
  return element(
    "g",
    {},
    element("circle", { cx: x1, cy: y1, r: 2, fill: ink.message }),
    element(
      "path",
      {
        d: `M${fixed(x1)} ${y1} C${fixed(x1)} ${y1 + bend} ${fixed(x2)} ${y2 - bend} ${fixed(x2)} ${y2}`,
        fill: "none",
        stroke: ink.message,
        "stroke-width": 1.2,
        "marker-end": "url(#tip)",
      },
      titled(`${names.channel(channel)}: ${microseconds(received - sent, clock_hz)} µs`),
    ),
    ...(labelled ? [label] : []),
  );
}

/** Misses are drawn at their deadlines. */
function momentMark({ x, y, names, clock_hz }: Sheet, moment: TraceEvent): string[] {
  const middle = y(moment.task);
  if (middle === undefined || moment.name === "gap" || moment.name === "miss" || isBreak(moment)) return [];
  const what = moment.name === "unknown" ? `kind ${moment.kind}` : eventKinds[moment.name].says;
  const bad = ["overrun", "fault", "violation", "stop", "refused", "early"].includes(moment.name);
  return [
    element(
      "path",
      {
        d: `M${fixed(x(moment.time))} ${middle - 5.5} l5 5.5 l-5 5.5 l-5 -5.5 Z`,
        fill: bad ? ink.missed : "#ffffff",
        stroke: bad ? "#ffffff" : ink.text,
        "stroke-width": 1.2,
      },
      titled(`${what} ${argumentText(moment, names)} at ${microseconds(moment.time, clock_hz)} µs`),
    ),
  ];
}

function breakMark({ x }: Sheet, { time, name, argument }: TraceEvent, bottom: number): string {
  return element(
    "rect",
    { x: x(time) - 1.5, y: top, width: 3, height: bottom - top, fill: ink.missed, "fill-opacity": 0.35 },
    titled(`${argument} ${name === "gap" ? "frames are missing" : "records were lost"}`),
  );
}

function legend(y: number, { messages, moments, jobs }: Omit<Analysis, "from" | "to">): string[] {
  const line = y + 12;
  const late = jobs.some(
    ({ missed, end, deadline }) => missed || (end !== undefined && deadline !== undefined && end > deadline),
  );
  const entries: readonly (readonly [string, string, boolean])[] = [
    [element("rect", { y: line - 8, width: 22, height: 11, rx: 2, fill: ink.soft }), "running", true],
    [
      element("rect", { y: line - 5, width: 22, height: 6, fill: ink.soft, "fill-opacity": 0.3 }),
      "released, waiting",
      true,
    ],
    [symbolArrow(line, true), "release", true],
    [symbolArrow(line, false), "deadline", true],
    [cross(11, line - 3), "deadline missed", late],
    [
      element("path", {
        d: `M2 ${line - 7} C10 ${line - 7} 10 ${line + 1} 21 ${line + 1}`,
        fill: "none",
        stroke: ink.message,
        "stroke-width": 1.2,
        "marker-end": "url(#tip)",
      }),
      "message",
      messages.length > 0,
    ],
    [
      element("path", {
        d: `M11 ${line - 9} l5 5.5 l-5 5.5 l-5 -5.5 Z`,
        fill: "#ffffff",
        stroke: ink.text,
        "stroke-width": 1.2,
      }),
      "event",
      moments.some((moment) => moment.name !== "miss" && !isBreak(moment)),
    ],
  ];
  let x = left;
  return entries
    .filter(([, , there]) => there)
    .map(([symbol, text]) => {
      const entry = element(
        "g",
        { transform: `translate(${x} 0)` },
        symbol,
        textElement({ x: 29, y: line + 1, fill: ink.soft, "font-size": 11 }, text),
      );
      x += 29 + 6.4 * text.length + 24;
      return entry;
    });
}

const symbolArrow = (line: number, up: boolean): string =>
  element("path", {
    d: up
      ? `M11 ${line + 4} V${line - 10} M7.8 ${line - 5} L11 ${line - 10} L14.2 ${line - 5}`
      : `M11 ${line - 10} V${line + 4} M7.8 ${line - 1} L11 ${line + 4} L14.2 ${line - 1}`,
    stroke: ink.soft,
    fill: "none",
    "stroke-width": 1.3,
    "stroke-linejoin": "round",
    "stroke-linecap": "round",
  });
