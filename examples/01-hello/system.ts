// One task, which says hello.
import { defineProgram, defineSystem } from "../../system/index.ts";
import { printing } from "../uart.ts";

const hello = defineProgram({
  name: "hello",
  sources: ["examples/01-hello/hello.c", ...printing],
  needs: {},
});

export default defineSystem({
  name: "hello",
  tasks: {
    hello: { program: hello, policy: "background", ports: ["uart"], given: {} },
  },
});
