// Memory that the description places: nothing overlaps, nothing is written by one and executed by another (W^X), and
// each task's regions are as many as the hardware compares.
import { bootHeader } from "../../kernel/boot-header.ts";
import type { Description } from "../description.ts";
import { pageBytes } from "../machine.ts";
import { layerRegions, waysToMailbox } from "../layer.ts";
import type { Region, System } from "../model.ts";
import type { Problem } from "../problem.ts";

/** Of a task itself: code, constants, data, stack. */
export const ownRegions = 4;

export function checkMemory(system: System, description: Description): Problem[] {
  return [
    ...places(system), ...overlaps(system), ...executables(system), ...memories(system), ...counts(system), ...colours(system, description),
  ];
}

const hex = (value: number): string => `${value.toString(16).toUpperCase()}h`;
const extent = ({ at = 0, bytes }: Region): string => `${hex(at)} to ${hex(at + bytes - 1)}`;

/** Where the description says. */
const placed = ({ regions }: System): Region[] =>
  regions.filter(({ at, kind }) => at !== undefined && (kind === "shared" || kind === "lane"));

function places(system: System): Problem[] {
  const { ram_bytes, regionAlignment } = system.machine;
  const sizes = system.regions.filter(({ kind, bytes }) => kind === "shared" && !(Number.isInteger(bytes) && bytes > 0))
    .map(({ name, bytes }): Problem => (
      { path: ["regions", name, "bytes"], message: `a region of ${bytes} bytes`, mend: "make it a whole number above 0" }
    ));
  return [...sizes, ...placed(system).flatMap((region): Problem[] => {
    const { name, at = 0, bytes } = region;
    const path = ["regions", name, "at"];
    if (at % regionAlignment !== 0) {
      return [{ path, message: `${hex(at)} is no multiple of ${regionAlignment}`, mend: `regions begin at such` }];
    }
    if (at + bytes > ram_bytes) {
      return [{ path, message: `${extent(region)} is not all in RAM`, mend: `RAM ends at ${hex(ram_bytes - 1)}` }];
    }
    return at < bootHeader.address + pageBytes
      ? [{ path, message: `${extent(region)} is the kernel's`, mend: "leave `at` out, or use the end of RAM" }]
      : [];
  })];
}

const begin = ({ at = 0 }: Region): number => at;

function overlaps(system: System): Problem[] {
  const regions = placed(system);
  return regions.flatMap((region, index) => regions.slice(0, index)
    .filter((other) => begin(region) < begin(other) + other.bytes && begin(other) < begin(region) + region.bytes)
    .map((other): Problem => ({
      path: ["regions", region.name, "at"],
      message: `${extent(region)} overlaps ${other.name}, ${extent(other)}`,
      mend: "move one of them, or leave `at` out",
    })));
}

function executables(system: System): Problem[] {
  return system.regions.flatMap(({ name }, index): Problem[] => {
    const holding = (right: "write" | "execute") => system.tasks.flatMap((task) => task.capabilities
      .filter(({ kind, index: object, rights }) => kind === "region" && object === index && rights.includes(right))
      .map((capability) => ({ task, capability })));
    const [executes] = holding("execute");
    const [writes] = holding("write");
    return executes === undefined || writes === undefined ? [] : [{
      path: ["tasks", executes.task.name, "given", executes.capability.name, "rights"],
      message: `${name} is executed by ${executes.task.name} and written by ${writes.task.name}`,
      mend: "take one of the two rights away: what is written is never executed",
    }];
  });
}

/** Everybody's memory is in it. */
function memories({ regions, tasks }: System): Problem[] {
  return tasks.flatMap(({ name: task, capabilities }) => capabilities.flatMap(({ name, kind, index, rights }): Problem[] => {
    const more = rights.filter((right) => right !== "read");
    return kind !== "region" || regions[index]?.kind !== "memory" || more.length === 0 ? [] : [{
      path: ["tasks", task, "given", name, "rights"],
      message: `${regions[index].name} is all of a memory, and ${task} may ${more.join(", ")}`,
      mend: "give the right to read, or a region of its own",
    }];
  }));
}

function counts(system: System): Problem[] {
  const { tasks, machine, lanes } = system;
  return tasks.flatMap((task): Problem[] => {
    const { name, number, capabilities } = task;
    const given = capabilities.filter(({ kind }) => kind === "region").length +
      lanes.filter(({ from, to }) => from === number || to === number).length;
    const mailbox = waysToMailbox(system, task).length;
    const layer = layerRegions(system, task);
    const all = ownRegions + mailbox + layer + given;
    const parts = [
      `${given}`, ...(mailbox === 0 ? [] : ["the mailbox"]), ...(layer === 0 ? [] : [`${layer} of the fast IPC layer`]),
    ];
    return all <= machine.regionsMax ? [] : [{
      path: ["tasks", name, "given"],
      message: `the task reaches ${all} regions: ${parts.join(", ")} and ${ownRegions} of its own`,
      mend: `make it ${machine.regionsMax} or less: join regions that the same tasks use`,
    }];
  });
}

/** Colours that the cache has not, or that nobody can be given because all pages have the same one. */
function colours({ machine, tasks }: System, { regions }: Description): Problem[] {
  const wanted = [
    ...tasks.map(({ name, colours: set }) => ({ path: ["tasks", name, "colours"], set })),
    ...Object.entries(regions ?? {}).map(([name, region]) => (
      { path: ["regions", name, "colours"], set: "colours" in region ? region.colours : undefined }
    )),
  ];
  return wanted.flatMap(({ path, set }): Problem[] => {
    const wrong = set?.find((colour) => !Number.isInteger(colour) || colour < 0 || colour >= machine.colours);
    return wrong === undefined ? [] : [{
      path, message: `there is no colour ${wrong}`,
      mend: machine.colours === 1 ? "describe machine.cache: without one, pages have no colours"
        : `the cache has ${machine.colours}, 0 to ${machine.colours - 1}`,
    }];
  });
}
