// The claims about the boot ROM and the kernel, on the generated hardware: each on a machine of its own state, restored
// from a snapshot, so that none depends on another.

import { suite } from "uvu";

import { fromRoot } from "../commands/paths.ts";
import { buildMachine } from "../commands/steps/machine.ts";
import { bootHeader } from "../kernel/boot-header.ts";
import { type Claim, readyText, type SystemName } from "../kernel/claims/claim.ts";
import { buildSystems, claims, loadedImage, type Systems } from "../kernel/claims/systems.ts";
import { createMachine, type Machine, type Snapshot } from "../sim/machine.ts";
import { serialLine } from "../sim/serial-line.ts";

const test = suite("boot ROM and kernel on the SoC");

const WAIT_CYCLES_MAX = 30e6; // more than any claim waits for; a limit for a machine that hangs

let machine: Machine;
let systems: Systems;
let atReset: Snapshot;
const ready = new Map<SystemName, Snapshot>();

test.before(async () => {
  systems = await buildSystems(fromRoot("build", "tests", "kernel-on-soc"));
  machine = createMachine(await buildMachine({ traced: false }));
  machine.reset();
  atReset = machine.save();
});

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
  // The core has no paging.
  if (claim.needs === "paging") {
    test.skip(claim.name);
    continue;
  }
  test(claim.name, async () => {
    await prepare(claim);
    await claim.holds(serialLine(machine, WAIT_CYCLES_MAX), systems.images[claim.system]);
  });
}

test.run();
