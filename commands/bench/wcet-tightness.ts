// How far the proven bounds are above what is seen: the kernel at work, with its prompt used and its input line
// flooded.

import type { Measurement } from "./measurement.ts";

const commands = ["help", "tasks", "uptime", "mem 1000 40", "crash", "echo tight", "tasks", "crash"] as const;
const repetitions = 3;
const flood_bytes = 600;
const wait_cycles_max = 20e6;
const rest_cycles = 1e6;
const prompt = "atomicos> ";

export const wcetTightness: Measurement = {
  id: "wcet_tightness",
  metric: "largest proven bound ÷ observed maximum over kernel operations",
  unit: "bound ÷ observed",
  target: { atMost: 1.1 },
  best: "1.04–1.15 (aiT)",
  async measure() {
    const [
      { createMachine },
      { serialLine },
      { buildMachine },
      { atomicos },
      { buildKernel },
      { provenBounds, readSubject },
      { auditOf },
    ] = await Promise.all([
      import("../../sim/machine.ts"),
      import("../../sim/serial-line.ts"),
      import("../steps/machine.ts"),
      import("../machines/atomicos.ts"),
      import("../steps/software.ts"),
      import("../wcet.ts"),
      import("../../wcet/audit.ts"),
    ]);
    const kernel = await buildKernel();
    const subject = await readSubject(kernel);
    const { bounds } = await provenBounds(subject, subject.operations, kernel.elf);
    const audit = auditOf(bounds);
    const machine = createMachine(await buildMachine({ traced: false }));
    try {
      const opened = await atomicos.open({ kernel: undefined, rom: undefined, ram: undefined, append: undefined });
      await opened.load(machine);
      machine.logRetirements(true);
      machine.reset();
      const line = serialLine(machine, wait_cycles_max);
      await line.waitFor(prompt);
      for (let repetition = 0; repetition < repetitions; repetition++) {
        for (const command of commands) {
          line.type(`${command}\r`);
          await line.waitFor(prompt);
        }
        line.type("x".repeat(flood_bytes));
        machine.run(rest_cycles);
        line.type("\x15\r");
        await line.waitFor(prompt);
        machine.retirements((eip, cycle) => audit.completed(eip, cycle));
      }
    } finally {
      machine.free();
    }
    const [first] = audit.violations;
    if (first !== undefined)
      throw new Error(`${first.name} took ${first.observed_cycles} cycles, above its bound ${first.bound_cycles}`);
    const ratios = bounds
      .flatMap(({ operation: { name }, bound_cycles }) => {
        const seen = audit.observations.get(name);
        return seen === undefined || seen.times === 0 ? [] : [{ name, ratio: bound_cycles / seen.cycles_max }];
      })
      .toSorted((a, b) => b.ratio - a.ratio);
    const [largest] = ratios;
    if (largest === undefined) throw new Error("no operation was seen");
    return {
      value: largest.ratio,
      how: `${largest.name}; ${ratios.length} of ${bounds.length} operations seen, none above its bound`,
      spread: `the others: ${ratios
        .slice(1)
        .map(({ name, ratio }) => `${name} ${ratio.toFixed(3)}`)
        .join(", ")}`,
    };
  },
};
