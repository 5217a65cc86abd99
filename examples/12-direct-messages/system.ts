// One task measures and sends, another takes; the kernel sees none of the messages.
import { defineProgram, defineSystem, ms, us } from "../../system/index.ts";
import { printing } from "../uart.ts";

const sensor = defineProgram({
  name: "sensor",
  sources: ["examples/12-direct-messages/sensor.c"],
  needs: { readings: { channel: ["send"] } },
});

const logger = defineProgram({
  name: "logger",
  sources: ["examples/12-direct-messages/logger.c", ...printing],
  needs: { readings: { channel: ["receive"] } },
});

export default defineSystem({
  name: "direct-messages",
  channels: { readings: { words: 2, credit: 4, direct: true } },
  tasks: {
    sensor: {
      program: sensor, policy: "edf", period: ms(2), wcet: us(100),
      given: { readings: { channel: "readings", rights: ["send"] } },
    },
    logger: {
      program: logger, policy: "rms", period: ms(2), wcet: ms(1.5), ports: ["uart"],
      given: { readings: { channel: "readings", rights: ["receive"] } },
    },
  },
});
