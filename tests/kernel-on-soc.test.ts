// The claims about the boot ROM and the kernel, on the generated hardware: each on a machine of its own state, restored
// from a snapshot, so that none depends on another. While they are held against the kernel's answers, every operation of
// the kernel is held against its proven bound.

import { readFileSync } from "node:fs";

import { suite } from "uvu";
import * as assert from "uvu/assert";

import { fromRoot } from "../commands/paths.ts";
import { OBSERVED } from "../commands/wcet.ts";
import { buildMachine } from "../commands/steps/machine.ts";
import { bootHeader } from "../kernel/boot-header.ts";
import { type Claim, readyText, type SystemName } from "./claims/claim.ts";
import { buildSystems, claims, loadedImage, type Systems } from "./claims/systems.ts";
import { createMachine, type Machine, type Snapshot } from "../sim/machine.ts";
import { serialLine } from "../sim/serial-line.ts";
import { boundOf, subjectOf, type Bound, type Subject } from "../wcet/analyse.ts";
import { auditOf, type Audit } from "../wcet/audit.ts";
import { addObserved } from "../wcet/observed.ts";

const test = suite("boot ROM and kernel on the SoC");

const WAIT_CYCLES_MAX = 30e6; // more than any claim waits for; a limit for a machine that hangs

/** The kernel's size and speed limit (K1): every operation, proven. */
const BOUND_CYCLES_MAX = 1000;

interface Audited {
  readonly subject: Subject;
  readonly bounds: readonly Bound[];
  readonly audit: Audit;
}

let machine: Machine;
let systems: Systems;
let atReset: Snapshot;
const ready = new Map<SystemName, Snapshot>();
const audited = new Map<SystemName, Audited>();

test.before(async () => {
  systems = await buildSystems(fromRoot("build", "tests", "kernel-on-soc"));
  machine = createMachine(await buildMachine({ traced: false }));
  machine.reset();
  machine.logRetirements(true);
  atReset = machine.save();
  for (const name of ["console", "assist", "trial"] as const) {
    const subject = subjectOf(readFileSync(systems.elfs[name]), name);
    const bounds = await Promise.all(subject.operations.map(async (operation) => boundOf(operation, subject)));
    audited.set(name, { subject, bounds, audit: auditOf(bounds) });
  }
});

/** What the machine has done since its state was last set is gone through by the system's audit. */
function concludeAudit(system: SystemName): void {
  const { audit } = auditedSystem(system);
  machine.retirements((eip, cycle) => audit.completed(eip, cycle));
  audit.restart();
  assert.equal(audit.violations.map(({ name, bound_cycles, observed_cycles }) => ({ name, bound_cycles, observed_cycles })), []);
}

function auditedSystem(system: SystemName): Audited {
  const found = audited.get(system);
  if (found === undefined) throw new Error(`${system} was not analysed`);
  return found;
}

test.after(() => {
  for (const snapshot of [atReset, ...ready.values()]) snapshot.free();
  machine.free();
});

async function prepare(claim: Claim): Promise<void> {
  const started = claim.from === "ready" ? ready.get(claim.system) : undefined;
  if (started !== undefined) {
    started.restore();
    return;
  }
  atReset.restore();
  machine.load(bootHeader.address, loadedImage(claim, systems));
  if (claim.from === "reset") return;
  await serialLine(machine, WAIT_CYCLES_MAX).waitFor(readyText[claim.system]);
  ready.set(claim.system, machine.save());
}

for (const claim of claims) {
  test(claim.name, async () => {
    await prepare(claim);
    // The boot, up to the prompt, is the boot ROM's and no operation.
    machine.retirements(() => {});
    await claim.holds(serialLine(machine, WAIT_CYCLES_MAX), systems.images[claim.system]);
    // Damaged images are other programs.
    if (claim.damage === undefined) concludeAudit(claim.system);
  });
}

test(`every operation of the kernel is proven to take at most ${BOUND_CYCLES_MAX} cycles`, () => {
  for (const { bounds } of audited.values()) {
    assert.ok(bounds.length > 60, `${bounds.length} operations`);
    const slow = bounds.filter(({ bound_cycles }) => bound_cycles > BOUND_CYCLES_MAX);
    assert.equal(slow.map(({ operation: { name }, bound_cycles }) => `${name}: ${bound_cycles}`), []);
  }
});

test("every operation that the claims have reached has kept to its bound", () => {
  for (const system of audited.keys()) {
    const { audit, bounds, subject } = auditedSystem(system);
    const seen = bounds.filter(({ operation: { name } }) => (audit.observations.get(name)?.times ?? 0) > 0);
    assert.ok(seen.length >= 5, `${system}: ${seen.length} operations seen`);
    for (const { operation: { name }, bound_cycles } of seen) {
      assert.ok(bound_cycles >= (audit.observations.get(name)?.cycles_max ?? 0), name);
    }
    addObserved(subject.elf, OBSERVED, audit.observations);
  }
});

test.run();
