// The MPU's registers: a window on one region at a time. All of them are ring 0's; elsewhere they read as 0.
import { bit, bits, peripheral } from "../registers.ts";
import { granule_bytes, mpuConfig, ringRights, rings, writeExecutesBit } from "./shape.ts";

const ofRing = (ring: number) =>
  bits(2 * ring + 1, 2 * ring, `what ring ${ring} may do; who may write or execute may read`, ringRights);
const { own, common } = mpuConfig;

export const mpu = peripheral({
  name: "mpu",
  doc: `MPU: ${own} regions of memory for each task and ${common} for all, each with rights for each ring.`,
  manual: "docs/mpu.md",
  source: "soc/mpu/registers.ts",
  width: 32,
  registers: {
    CONTROL: {
      offset: 0x00, access: "rw", doc: "of the whole MPU",
      fields: {
        ENABLE: bit(0, "what lies in no region is refused; until then all is allowed"),
        LOCK_WX: bit(1, "nothing is both written and executed, and ENABLE stays set; stays until reset"),
      },
    },
    STATE: {
      offset: 0x04, access: "ro", doc: "of the whole MPU",
      fields: {
        READY: bit(0, "all tasks' regions have been cleared after reset; until then RIGHTS writes nothing"),
        REFUSED: bit(1, "the last write to RIGHTS changed nothing: locked, no such region, or writable and executable"),
        TASK: bits(15, 8, "whose regions count"),
      },
    },
    SELECT: {
      offset: 0x08, access: "rw", doc: "which region BASE, LIMIT and RIGHTS are; they show it from the next access on",
      fields: {
        TASK: bits(15, 8, "of a task's own region"),
        COMMON: bit(7, "one that all tasks have"),
        REGION: bits(3, 0, `0 to ${own - 1}, of those common to all 0 to ${common - 1}`),
      },
    },
    BASE: {
      offset: 0x0c, access: "rw", doc: "of the region's first byte; counts when RIGHTS is written",
      fields: { ADDRESS: bits(31, 5, "upper bits of the address; the lower ones are 0") },
    },
    LIMIT: {
      offset: 0x10, access: "rw", reset: granule_bytes - 1, doc: "of the region's last byte; counts when RIGHTS is written",
      fields: { ADDRESS: bits(31, 5, "upper bits of the address; the lower ones are 1") },
    },
    RIGHTS: {
      offset: 0x14, access: "rw", doc: "of the region; writing puts BASE, LIMIT and RIGHTS in force together",
      fields: {
        ...Object.fromEntries(Array.from({ length: rings }, (_, ring) => [`RING${ring}`, ofRing(ring)])),
        WRITE_EXECUTES: bit(writeExecutesBit, "a ring that may write may execute as well"),
      },
    },
    LOCK: {
      offset: 0x18, access: "rw", doc: "common regions that stay as they are until reset; ones stay",
      fields: { COMMON: bits(common - 1, 0, "a bit for each") },
    },
  },
});
