// Least privilege: a task is given what its programs need, and nothing else; and only what there is.
import type { Right } from "../../kernel/system-calls.ts";
import { needOf, objectOf, programsOf, type Description, type Given, type TaskDescription } from "../description.ts";
import { onlyPartition } from "../resolve.ts";
import { rightsOf } from "../rights.ts";
import { idleTask } from "../machine.ts";
import type { Path } from "../places.ts";
import type { Problem } from "../problem.ts";
import { memoryMap } from "../../soc/memory-map.ts";

export function checkCapabilities(description: Description): Problem[] {
  return [
    ...Object.entries(description.tasks).flatMap(([name, task]) => [
      ...existing(description, name, task), ...needed(name, task), ...unneeded(name, task),
    ]),
    ...devices(description),
  ];
}

/** Every name that a task uses is declared. */
function existing(description: Description, task: string, described: TaskDescription): Problem[] {
  const declared: Readonly<Record<string, readonly string[]>> = {
    channel: Object.keys(description.channels ?? {}),
    region: Object.keys(description.regions ?? {}),
    interrupt: Object.keys(description.interrupts ?? {}),
    process: [...Object.keys(description.tasks), idleTask],
    partition: Object.keys(description.partitions ?? { [onlyPartition]: {} }),
    lock: Object.keys(description.locks ?? {}),
    lane: Object.keys(description.lanes ?? {}),
    clock: ["clock"],
    log: ["log"],
  };
  const problems: Problem[] = [];
  const look = (path: Path, kind: string, name: string): void => {
    const names = declared[kind] ?? [];
    if (!names.includes(name)) {
      problems.push({ path, message: `there is no ${kind} "${name}"`, mend: choice(`declare it`, names) });
    }
  };
  for (const [name, given] of Object.entries(described.given ?? {})) {
    const { kind, name: object } = objectOf(given);
    look(["tasks", task, "given", name, kind], kind, object);
    const foreign = given.rights.filter((right) => !(rightsOf[kind] as readonly string[]).includes(right));
    if (foreign.length > 0) {
      problems.push({
        path: ["tasks", task, "given", name, "rights"], message: `a ${kind} has no right "${foreign.join('", "')}"`,
        mend: `it has ${rightsOf[kind].join(", ")}`,
      });
    }
  }
  if (described.partition !== undefined) look(["tasks", task, "partition"], "partition", described.partition);
  if (typeof described.onFault === "object") look(["tasks", task, "onFault", "tell"], "channel", described.onFault.tell);
  return problems;
}

const choice = (otherwise: string, names: readonly string[]): string =>
  names.length === 0 ? otherwise : `${otherwise}, or use one of ${names.join(", ")}`;

const listed = (rights: readonly string[]): string => rights.join(", ");

function needed(task: string, described: TaskDescription): Problem[] {
  return programsOf(described).flatMap((program) => Object.entries(program.needs).flatMap(([name, need]): Problem[] => {
    const { kind, rights } = needOf(need);
    const given: Given | undefined = described.given?.[name];
    const path: Path = ["tasks", task, "given"];
    if (given === undefined) {
      return [{
        path: described.given === undefined ? ["tasks", task] : path,
        message: `the program ${program.name} needs "${name}" (${kind}: ${listed(rights)}), which the task is not given`,
        mend: `add it to what is given, or take it out of the program's needs`,
      }];
    }
    const found = objectOf(given).kind;
    if (found !== kind) {
      return [{
        path: [...path, name], message: `the program ${program.name} needs a ${kind}, and this is a ${found}`,
        mend: `give it a ${kind}`,
      }];
    }
    const missing = rights.filter((right) => !(given.rights as readonly string[]).includes(right));
    return missing.length === 0 ? [] : [{
      path: [...path, name, "rights"],
      message: `the program ${program.name} also needs ${listed(missing)}`,
      mend: `allow it, or take it out of the program's needs`,
    }];
  }));
}

/** To hand on or take back copies is more than using, and needs no operation in the header. */
const forOthers: ReadonlySet<Right> = new Set(["copy", "revoke"] as const);

const excess = "take it away, or add it to the program's needs";

function unneeded(task: string, described: TaskDescription): Problem[] {
  return Object.entries(described.given ?? {}).flatMap(([name, { rights }]): Problem[] => {
    const needs = programsOf(described).flatMap((program) => {
      const need = program.needs[name];
      return need === undefined ? [] : [needOf(need)];
    });
    const path: Path = ["tasks", task, "given", name];
    if (needs.length === 0) {
      return [{ path, message: "the task's program does not need it", mend: excess }];
    }
    const used = new Set(needs.flatMap((need) => need.rights));
    const more = rights.filter((right) => !used.has(right) && !forOthers.has(right));
    return more.length === 0 ? [] : [{
      path: [...path, "rights"], message: `the task's program does not need ${listed(more)}`, mend: excess,
    }];
  });
}

function devices(description: Description): Problem[] {
  const known = Object.entries(memoryMap).filter(([, { kind }]) => kind === "device").map(([name]) => name);
  return Object.entries(description.regions ?? {}).flatMap(([name, region]): Problem[] =>
    "device" in region && !known.includes(region.device)
      ? [{
        path: ["regions", name, "device"], message: `there is no device "${region.device}" in memory`,
        mend: `use one of ${known.join(", ")}`,
      }]
      : []);
}
