// A task that tries to do more than it may.
import { defineProgram, defineSystem } from "../../system/index.ts";
import { printing } from "../uart.ts";

const curious = defineProgram({
  name: "curious",
  sources: ["examples/06-capabilities-refused/curious.c", ...printing],
  needs: { neighbour: { process: ["inspect"] } },
});

const neighbour = defineProgram({
  name: "neighbour",
  sources: ["examples/06-capabilities-refused/neighbour.c"],
  needs: {},
});

export default defineSystem({
  name: "capabilities-refused",
  tasks: {
    curious: {
      program: curious, policy: "background", ports: ["uart"],
      given: { neighbour: { process: "neighbour", rights: ["inspect"] } },
    },
    neighbour: { program: neighbour, policy: "background", priority: 1, given: {} },
  },
});
