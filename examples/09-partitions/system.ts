// Two partitions take turns of 2 ms, whatever the tasks in them do.
import { defineProgram, defineSystem, ms } from "../../system/index.ts";
import { printing } from "../uart.ts";

const control = defineProgram({
  name: "control",
  sources: ["examples/09-partitions/control.c", ...printing],
  needs: { hog: { process: ["inspect"] } },
});

const hog = defineProgram({ name: "hog", sources: ["examples/09-partitions/hog.c"], needs: {} });

export default defineSystem({
  name: "partitions",
  partitions: { vehicle: {}, comfort: {} },
  frame: [
    { partitions: ["vehicle"], length: ms(2) },
    { partitions: ["comfort"], length: ms(2) },
  ],
  tasks: {
    control: {
      program: control, partition: "vehicle", policy: "edf", period: ms(8), wcet: ms(3), ports: ["uart"],
      given: { hog: { process: "hog", rights: ["inspect"] } },
    },
    hog: { program: hog, partition: "comfort", policy: "edf", period: ms(4), wcet: ms(1), onOverrun: "report", given: {} },
  },
});
