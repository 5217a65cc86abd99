// A name in a header is no keyword of C.
import { defineProgram, defineSystem } from "../index.ts";

const odd = defineProgram({ name: "odd", sources: ["odd.c"], needs: { register: { log: ["write_log"] } } });

export default defineSystem({
  name: "wrong",
  tasks: {
    task: { program: odd, policy: "background", given: { register: { log: "log", rights: ["write_log"] } } },
  },
});

/* What is said:
system/bad/keyword.ts:9: tasks.task.given.register: "register" cannot be a name in C: use small letters, digits and underscores
*/
