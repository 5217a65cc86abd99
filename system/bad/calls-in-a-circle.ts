// Nobody waits for himself, over however many others.
import { defineProgram, defineSystem } from "../index.ts";

const caller = defineProgram({ name: "caller", sources: ["caller.c"], needs: { server: { process: ["call"] } } });

export default defineSystem({
  name: "wrong",
  tasks: {
    a: { program: caller, policy: "background", given: { server: { process: "b", rights: ["call"] } } },
    b: { program: caller, policy: "background", given: { server: { process: "c", rights: ["call"] } } },
    c: { program: caller, policy: "background", given: { server: { process: "a", rights: ["call"] } } },
  },
});

/* What is said:
system/bad/calls-in-a-circle.ts:9: tasks.a.given.server: calls go in a circle: a → b → c → a: let one of them send a message instead
*/
