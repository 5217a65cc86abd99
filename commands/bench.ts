import { existsSync, readFileSync, writeFileSync } from "node:fs";

import { admission } from "./bench/admission.ts";
import { clocksVs486 } from "./bench/clocks-vs-486.ts";
import { contextSwitch } from "./bench/context-switch.ts";
import { coreLut4 } from "./bench/core-lut4.ts";
import { cpi } from "./bench/cpi.ts";
import { dmips } from "./bench/dmips.ts";
import { edfDecision } from "./bench/edf-decision.ts";
import { figuresPage } from "./bench/figures-page.ts";
import { hdlElaborate } from "./bench/hdl-elaborate.ts";
import { hdlInventedNames } from "./bench/hdl-invented-names.ts";
import { hdlSimSpeed } from "./bench/hdl-sim-speed.ts";
import { ipcOneWay } from "./bench/ipc-one-way.ts";
import { ipcRoundTrip } from "./bench/ipc-round-trip.ts";
import { irqToHandler } from "./bench/irq-to-handler.ts";
import { irqToTaskGain } from "./bench/irq-to-task-gain.ts";
import { irqToTaskJitter } from "./bench/irq-to-task-jitter.ts";
import { irqToTask } from "./bench/irq-to-task.ts";
import { directSend } from "./bench/direct-send.ts";
import { kernelIpcOneWay } from "./bench/kernel-ipc-one-way.ts";
import { kernelSend } from "./bench/kernel-send.ts";
import { kernelText } from "./bench/kernel-text.ts";
import { kernelWcet } from "./bench/kernel-wcet.ts";
import { layerPut } from "./bench/layer-put.ts";
import { mailboxSend } from "./bench/mailbox-send.ts";
import { type Measurement, type Reading, targetText, verdict } from "./bench/measurement.ts";
import { nullSyscall } from "./bench/null-syscall.ts";
import { simSpeed } from "./bench/sim-speed.ts";
import { socFmax } from "./bench/soc-fmax.ts";
import { wcetTightness } from "./bench/wcet-tightness.ts";
import { command } from "./command.ts";
import { describe, Status, usageFailure } from "./failure.ts";
import { NO_INSTALL, requireTools } from "./install.ts";
import { nearest } from "./nearest.ts";
import { fromRoot } from "./paths.ts";
import { say } from "./say.ts";

// A new figure is a file in bench/ and a line here.
const MEASUREMENTS: readonly Measurement[] = [
  simSpeed, coreLut4, cpi, dmips, clocksVs486, nullSyscall, irqToHandler, socFmax, edfDecision, contextSwitch, irqToTask,
  irqToTaskJitter, irqToTaskGain, mailboxSend, directSend, layerPut, kernelSend, ipcOneWay,
  kernelIpcOneWay, ipcRoundTrip, kernelText,
  kernelWcet, wcetTightness, admission, hdlElaborate, hdlSimSpeed, hdlInventedNames,
];

const FIGURES_PAGE = fromRoot("docs/figures.md");

export default command({
  summary: "measure the machine as it is and compare with the targets",
  names: "[ID ...]",
  options: {
    json: { text: 'print { "<id>": { value, unit, target, best, met, how } } instead of the table' },
    full: { text: "sweep ten times as many random phases, where such are swept: a million" },
    record: { text: "write what is measured to docs/figures.md" },
    "no-install": NO_INSTALL,
  },
  details:
    "With IDs, only those are measured. A missed target is a result, not a failure. Exit status: 1 if something could\n" +
    "not be measured, which then has no row.\n\n" +
    `Figures:\n${MEASUREMENTS.map(({ id, metric }) => `  ${id.padEnd(20)}${metric}\n`).join("")}`,
  async run({ options, names }) {
    const wanted = chosen(names);
    await requireTools(["run", "bench"], !options["no-install"]);
    const rows: [Measurement, Reading][] = [];
    for (const measurement of wanted) {
      try {
        rows.push([measurement, await measurement.measure({ full: options.full })]);
      } catch (error) {
        say(`${measurement.id}: ${describe(error)}`);
      }
    }
    console.log(options.json ? asJson(rows) : asTable(rows));
    if (options.record) {
      const before = existsSync(FIGURES_PAGE) ? readFileSync(FIGURES_PAGE, "utf8") : "";
      writeFileSync(FIGURES_PAGE, figuresPage(MEASUREMENTS, rows, before));
    }
    return rows.length === wanted.length ? Status.ok : Status.failed;
  },
});

function chosen(names: readonly string[]): readonly Measurement[] {
  const ids = MEASUREMENTS.map(({ id }) => id);
  for (const name of names) {
    if (ids.includes(name)) continue;
    const guess = nearest(name, ids);
    throw usageFailure(
      `there is no figure "${name}"`,
      guess === undefined ? `there are: ${ids.join(", ")}` : `did you mean ${guess}?`,
    );
  }
  return names.length === 0 ? MEASUREMENTS : MEASUREMENTS.filter(({ id }) => names.includes(id));
}

const howText = ({ how, spread }: Reading): string => (spread === undefined ? how : `${how}; ${spread}`);
const rounded = (value: number): number => Number(value.toPrecision(4));

function asJson(rows: readonly (readonly [Measurement, Reading])[]): string {
  const entries = rows.map(([measurement, reading]) => {
    const { id, unit, best } = measurement;
    const said = verdict(measurement, reading.value);
    return [
      id,
      {
        value: rounded(reading.value),
        unit,
        target: targetText(measurement),
        best,
        ...(said !== undefined && { met: said === "met" }),
        how: howText(reading),
      },
    ];
  });
  return JSON.stringify(Object.fromEntries(entries), null, 2);
}

function asTable(rows: readonly (readonly [Measurement, Reading])[]): string {
  return rows
    .map(([measurement, reading]) => {
      const { id, metric, unit, best } = measurement;
      const said = verdict(measurement, reading.value);
      const target = said === undefined ? "no target" : `target ${targetText(measurement)}: ${said}`;
      return [
        `${id.padEnd(20)}${rounded(reading.value)} ${unit}   (${target})`,
        `${metric}; ${howText(reading)}`,
        `best known: ${best}`,
      ].join(`\n${" ".repeat(20)}`);
    })
    .join("\n");
}
