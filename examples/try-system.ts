import { defineProgram, defineSystem, us, khz } from "../system/index.ts";
const cur = defineProgram({ name: "cur", sources: ["build/try/cur.c"], needs: {} });
const bg = defineProgram({ name: "bg", sources: ["build/try/bg.c"], needs: {} });
export default defineSystem({ name: "try", tasks: {
  cur: { program: cur, policy: "edf", period: khz(20), wcet: us(20), given: {} },
  cur2: { program: bg, policy: "background", given: {} },
}});
