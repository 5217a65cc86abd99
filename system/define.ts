// A description, checked.
import type { Description } from "./description.ts";
import { checkCalls } from "./checks/calls.ts";
import { checkCapabilities } from "./checks/capabilities.ts";
import { checkChannels } from "./checks/channels.ts";
import { checkHardwareJobs } from "./checks/hardware-jobs.ts";
import { checkLocks } from "./checks/locks.ts";
import { checkMemory } from "./checks/memory.ts";
import { checkNames } from "./checks/names.ts";
import { checkTimes } from "./checks/times.ts";
import { checkWindowNames, checkWindows } from "./checks/windows.ts";
import type { Checked } from "./given.ts";
import type { System } from "./model.ts";
import { placesOfCall, type Places } from "./places.ts";
import { type Problem, SystemError } from "./problem.ts";
import { type Proven, resolve } from "./resolve.ts";
import { checkSchedulability } from "./schedulability.ts";

export interface SystemDescription {
  readonly description: Description;
  /** With the WCETs that are "proven" not known yet. */
  readonly system: System;
}

/** Refuses what does not fit together: names at once, in the editor; the rest here, by the line of the description. */
export function defineSystem<const D extends Description>(description: D & Checked<D>): SystemDescription {
  const places = placesOfCall(defineSystem);
  return { description, system: checkedSystem(description, places) };
}

/** The same, now that WCETs are proven. */
export const withProven = ({ description, system }: SystemDescription, proven: Proven): System =>
  checkedSystem(description, system.places, proven);

function checkedSystem(description: Description, places: Places, proven: Proven = {}): System {
  const refuse = (problems: readonly Problem[]): void => {
    if (problems.length > 0) throw new SystemError(problems, places);
  };
  refuse([
    ...checkNames(description), ...checkCapabilities(description), ...checkWindowNames(description),
    ...checkChannels(description),
  ]);
  const system = resolve(description, places, proven);
  refuse([...checkTimes(system, description), ...checkWindows(system), ...checkHardwareJobs(system, description)]);
  refuse([
    ...checkLocks(system, description), ...checkCalls(system), ...checkMemory(system, description),
    ...checkSchedulability(system),
  ]);
  return system;
}
