// What is written is never executed.
import { defineProgram, defineSystem } from "../index.ts";

const writer = defineProgram({ name: "writer", sources: ["writer.c"], needs: { code: { region: ["write"] } } });
const runner = defineProgram({ name: "runner", sources: ["runner.c"], needs: { code: { region: ["execute"] } } });

export default defineSystem({
  name: "wrong",
  regions: { code: { bytes: 4096 } },
  tasks: {
    writer: { program: writer, policy: "background", given: { code: { region: "code", rights: ["write"] } } },
    runner: { program: runner, policy: "background", given: { code: { region: "code", rights: ["execute"] } } },
  },
});

/* What is said:
system/bad/write-and-execute.ts:12: tasks.runner.given.code.rights: code is executed by runner and written by writer: take one of the two rights away: what is written is never executed
*/
