// Nobody waits for somebody of lower level.
import { defineProgram, defineSystem, ms, us } from "../index.ts";

const idle = defineProgram({ name: "idle", sources: ["idle.c"], needs: {} });
const caller = defineProgram({ name: "caller", sources: ["caller.c"], needs: { server: { process: ["call"] } } });

export default defineSystem({
  name: "wrong",
  tasks: {
    client: {
      program: caller, policy: "edf", period: ms(1), wcet: us(10),
      given: { server: { process: "server", rights: ["call"] } },
    },
    server: { program: idle, policy: "edf", period: ms(5), wcet: us(10), released: "sporadic" },
  },
});

/* What is said:
system/bad/call-to-less-urgent.ts:12: tasks.client.given.server: client waits for server, whose preemption level, 1, is not above its own, 2: give server a shorter deadline than client's
*/
