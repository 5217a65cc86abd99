// Memory changes hands, and its bytes stay where they are.
import { defineProgram, defineSystem, ms } from "../../system/index.ts";
import { printing } from "../uart.ts";

const painter = defineProgram({
  name: "painter",
  sources: ["examples/05-zero-copy/painter.c", ...printing],
  needs: {
    viewer: { process: ["call"] },
    icon: { region: ["read", "write", "lend"] },
    frame: { region: ["read", "write", "lend", "grant"] },
  },
});

const viewer = defineProgram({ name: "viewer", sources: ["examples/05-zero-copy/viewer.c"], needs: {} });

export default defineSystem({
  name: "zero-copy",
  regions: { icon: { bytes: 64 }, frame: { bytes: 8192 } },
  tasks: {
    viewer: { program: viewer, policy: "edf", period: ms(10), wcet: ms(3), spareSlots: 1, given: {} },
    painter: {
      program: painter, policy: "background", ports: ["uart"],
      given: {
        viewer: { process: "viewer", rights: ["call"] },
        icon: { region: "icon", rights: ["read", "write", "lend"] },
        frame: { region: "frame", rights: ["read", "write", "lend", "grant"] },
      },
    },
  },
});
