// The system description's public names.
export { defineSystem, withProven, type SystemDescription } from "./define.ts";
export type { Description, Program, TaskDescription } from "./description.ts";
export { defineProgram } from "./given.ts";
export { SystemError } from "./problem.ts";
export { hz, khz, kib, ms, ns, seconds, us } from "./units.ts";
