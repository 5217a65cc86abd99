// One task measures, another sums up.
import { defineProgram, defineSystem, ms, us } from "../../system/index.ts";
import { printing } from "../uart.ts";

const sensor = defineProgram({
  name: "sensor",
  sources: ["examples/03-messages/sensor.c"],
  needs: { readings: { channel: ["send"] } },
});

const logger = defineProgram({
  name: "logger",
  sources: ["examples/03-messages/logger.c", ...printing],
  needs: { readings: { channel: ["receive"] } },
});

export default defineSystem({
  name: "messages",
  channels: { readings: { words: 2, credit: 4 } },
  tasks: {
    sensor: {
      program: sensor, policy: "edf", period: ms(2), wcet: us(100),
      given: { readings: { channel: "readings", rights: ["send"] } },
    },
    logger: {
      program: logger, policy: "background", ports: ["uart"],
      given: { readings: { channel: "readings", rights: ["receive"] } },
    },
  },
});
