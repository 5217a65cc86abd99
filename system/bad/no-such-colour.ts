// A page has a colour that the cache tells apart.
import { defineProgram, defineSystem } from "../index.ts";

const idle = defineProgram({ name: "idle", sources: ["idle.c"], needs: {} });

export default defineSystem({
  name: "wrong",
  machine: { cache: { bytes: 16384, ways: 2 } },
  tasks: { look: { program: idle, policy: "background", colours: [1, 2] } },
});

/* What is said:
system/bad/no-such-colour.ts:9: tasks.look.colours: there is no colour 2: the cache has 2, 0 to 1
*/
