// A client asks a server.
import { defineProgram, defineSystem, ms } from "../../system/index.ts";
import { printing } from "../uart.ts";

const divider = defineProgram({ name: "divider", sources: ["examples/04-call-and-reply/divider.c"], needs: {} });

const client = defineProgram({
  name: "client",
  sources: ["examples/04-call-and-reply/client.c", ...printing],
  needs: { divider: { process: ["call"] } },
});

export default defineSystem({
  name: "call-and-reply",
  tasks: {
    divider: { program: divider, policy: "edf", period: ms(1), wcet: ms(0.1), given: {} },
    client: {
      program: client, policy: "background", ports: ["uart"],
      given: { divider: { process: "divider", rights: ["call"] } },
    },
  },
});
