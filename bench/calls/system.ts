// A client that calls a server through the kernel, as often as it can.
import { defineProgram, defineSystem, ms } from "../../system/index.ts";

const client = defineProgram({
  name: "client", sources: ["bench/calls/client.c"], needs: { server: { process: ["call"] } },
});
const server = defineProgram({ name: "server", sources: ["bench/calls/server.c"], needs: {} });

export default defineSystem({
  name: "calls",
  tasks: {
    server: { program: server, policy: "edf", period: ms(1), wcet: ms(0.1), given: {} },
    client: { program: client, policy: "background", given: { server: { process: "server", rights: ["call"] } } },
  },
});
