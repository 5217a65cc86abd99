// Names become names in C and in the kernel's tables; numbers of things are the hardware's.
import { programsOf, type Description } from "../description.ts";
import { idleTask, limits } from "../machine.ts";
import { inC } from "../model.ts";
import type { Path } from "../places.ts";
import type { Problem } from "../problem.ts";

const taskName = /^[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*$/u;
const cName = /^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/u;
const reserved = new Set([
  "auto", "break", "case", "char", "const", "continue", "default", "do", "double", "else", "enum", "extern", "float",
  "for", "goto", "if", "inline", "int", "long", "register", "restrict", "return", "short", "signed", "sizeof", "static",
  "struct", "switch", "typedef", "union", "unsigned", "void", "volatile", "while", "asm", "typeof",
]);

const kinds = ["partitions", "regions", "channels", "lanes", "interrupts", "locks"] as const;

export function checkNames(description: Description): Problem[] {
  const problems: Problem[] = [];
  const check = (path: Path, name: string, pattern: RegExp, form: string): void => {
    if (!pattern.test(name) || reserved.has(name)) {
      problems.push({ path, message: `"${name}" cannot be a name in C`, mend: `use ${form}` });
    }
  };
  const tasks = Object.entries(description.tasks);
  check(["name"], description.name, taskName, "small letters, digits and dashes");
  for (const [name, task] of tasks) {
    check(["tasks", name], name, taskName, "small letters, digits and dashes");
    if (name === idleTask) {
      problems.push({ path: ["tasks", name], message: `"${name}" is the kernel's own`, mend: "rename it" });
    }
    const twin = tasks.find(([other]) => other !== name && inC(other) === inC(name));
    if (twin !== undefined) {
      const message = `"${name}" and "${twin[0]}" are the same in C`;
      problems.push({ path: ["tasks", name], message, mend: "rename one" });
    }
    for (const given of Object.keys(task.given ?? {})) {
      check(["tasks", name, "given", given], given, cName, "small letters, digits and underscores");
    }
    if (programsOf(task).length === 0) {
      problems.push({ path: ["tasks", name, "program"], message: "there is none", mend: "name one at least" });
    }
  }
  for (const kind of kinds) {
    for (const name of Object.keys(description[kind] ?? {})) {
      check([kind, name], name, taskName, "small letters, digits and dashes");
    }
  }
  return [...problems, ...tooMany(description)];
}

function tooMany(description: Description): Problem[] {
  const counts = [
    { key: "partitions", count: Object.keys(description.partitions ?? {}).length, limit: limits.partitions },
    { key: "frame", count: description.frame?.length ?? 0, limit: limits.windows },
    { key: "channels", count: Object.keys(description.channels ?? {}).length, limit: limits.channels },
  ];
  const problems = counts.filter(({ count, limit }) => count > limit).map(({ key, count, limit }): Problem => (
    { path: [key], message: `there are ${count}`, mend: `the hardware has room for ${limit}` }
  ));
  const partitions = Object.keys(description.partitions ?? { all: {} });
  for (const [index, partition] of partitions.entries()) {
    const count = Object.values(description.tasks)
      .filter((task) => (task.partition ?? partitions[0]) === partition).length;
    // The kernel's own is the first partition's first.
    const limit = limits.tasksOfPartition - (index === 0 ? 1 : 0);
    if (count > limit) {
      problems.push({
        path: ["partitions", partition], message: `it has ${count} tasks`, mend: `the hardware has room for ${limit}`,
      });
    }
  }
  return problems;
}
