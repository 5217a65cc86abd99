// Events and reports as lines of text.
import { eventKinds } from "../../soc/trace/events.ts";
import { channelReports, taskReports, type Analysis, type Spread } from "./analysis.ts";
import type { Names } from "./names.ts";
import { argumentShape, type TraceEvent } from "./timeline.ts";

/** Cycles as microseconds, with as many places as a cycle of 25 MHz needs. */
export const microseconds = (cycles: bigint | number, clock_hz: number): string =>
  ((Number(cycles) * 1e6) / clock_hz).toFixed(2);

export function argumentText(event: TraceEvent, names: Names): string {
  const { argument } = event;
  switch (argumentShape(event)) {
    case "none":
      return "";
    case "task":
      return `after ${names.task(argument)}`;
    case "channel":
      return names.channel(argument);
    case "cycles":
      return `${argument} cycles`;
    case "address":
      return `at ${argument.toString(16).padStart(8, "0")}h`;
    case "vector":
      return argument < 256
        ? `vector ${argument.toString(16)}h`
        : `vector ${(argument & 255).toString(16)}h, error code ${(argument >>> 8).toString(16)}h`;
    case "count":
      return `${argument}`;
    case "number":
      return `${argument}`;
  }
}

export function eventLine(event: TraceEvent, clock_hz: number, names: Names): string {
  const time = microseconds(event.time, clock_hz).padStart(14);
  if (event.name === "gap") return `${time}  -- ${event.argument} frames are missing`;
  if (event.name === "lost") return `${time}  -- ${event.argument} records were lost`;
  const what = event.name === "unknown" ? `event of kind ${event.kind}` : eventKinds[event.name].says;
  const argument = argumentText(event, names);
  return `${time}  ${names.task(event.task).padEnd(16)} ${what}${argument === "" ? "" : `  ${argument}`}`;
}

export function reportText(analysis: Analysis, clock_hz: number, names: Names): string {
  const span = Number(analysis.to - analysis.from);
  const us = (cycles: number): string => microseconds(cycles, clock_hz);
  const spreadCells = (of: Spread | undefined): string[] =>
    of === undefined ? ["", "", ""] : [us(of.min), us(of.mean), us(of.max)];
  const tasks = taskReports(analysis).map((report) => [
    names.task(report.task),
    `${span === 0 ? "0.0" : ((100 * report.running_cycles) / span).toFixed(1)} %`,
    `${report.releases}`,
    `${report.misses}`,
    `${report.overruns}`,
    ...spreadCells(report.response),
    report.response === undefined ? "" : us(report.response.max - report.response.min),
    ...(report.start === undefined ? ["", ""] : [us(report.start.max), us(report.start.max - report.start.min)]),
    ...(report.period === undefined ? [""] : [us(report.period.max - report.period.min)]),
  ]);
  const channels = channelReports(analysis).map(({ channel, from, to, latency }) => [
    names.channel(channel),
    names.task(from),
    names.task(to),
    `${latency.count}`,
    ...spreadCells(latency),
    us(latency.max - latency.min),
  ]);
  return [
    `${us(span)} µs; all times in µs`,
    "",
    ...table([
      ["", "", "", "", "", "response", "", "", "", "start", "", "release"],
      ["task", "CPU", "jobs", "missed", "overrun", "min", "mean", "max", "jitter", "max", "jitter", "jitter"],
      ...tasks,
    ]),
    ...(channels.length === 0
      ? []
      : ["", ...table([["channel", "from", "to", "messages", "min", "mean", "max", "jitter"], ...channels])]),
    "",
  ].join("\n");
}

/** Names to the left, numbers to the right. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows.reduce<number[]>((all, row) => row.map((cell, i) => Math.max(all[i] ?? 0, cell.length)), []);
  const isNumber = widths.map((_, i) => rows.some((row) => /^[\d.]+( %)?$/.test(row[i] ?? "")));
  return rows.map((row) =>
    row
      .map((cell, i) => (isNumber[i] === true ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
}
