// The system that people get: a prompt, the driver of the serial line, a handler of faults, and two counters that never give
// the processor up by themselves.
import { freestandingSources } from "../../kernel/build.ts";
import { interruptLines } from "../../soc/memory-map.ts";
import { defineProgram, defineSystem } from "../../system/index.ts";

/** What services/ and what they share with the console are compiled with. */
const includeDirs = ["services", "kernel/user", "kernel"] as const;

const console = defineProgram({
  name: "console",
  sources: [
    ...["console.c", "line.c", "words.c", "commands.c", "task_list.c", "dump.c"].map((name) => `examples/prompt/${name}`),
    "services/input.c", "kernel/user/memory_check.c", ...freestandingSources,
  ],
  includeDirs,
  needs: {
    input: { channel: ["receive"] },
    session: { region: ["read", "write"] },
    work_a: { region: ["read"] },
    work_b: { region: ["read"] },
    ram: { region: ["read"] },
    rom: { region: ["read"] },
    idle: { process: ["inspect"] },
    itself: { process: ["inspect"] },
    count_a: { process: ["inspect"] },
    count_b: { process: ["inspect"] },
    uart: { process: ["inspect"] },
    faults: { process: ["inspect"] },
  },
});

const counter = defineProgram({
  name: "counter",
  sources: ["examples/prompt/counter.c"],
  needs: { work: { region: ["read", "write"] } },
});

const uart = defineProgram({
  name: "uart",
  sources: ["examples/prompt/uart.c", "services/uart_driver.c", ...freestandingSources],
  includeDirs,
  needs: { line: { interrupt: ["handle"] }, interrupts: { channel: ["receive"] }, input: { channel: ["send"] } },
});

const faults = defineProgram({
  name: "faults",
  sources: [
    "examples/prompt/faults.c", "services/fault_handler.c", "kernel/user/fault_report.c", "kernel/user/memory_check.c",
    ...freestandingSources,
  ],
  includeDirs,
  needs: {
    faults: { channel: ["receive"] },
    ram: { region: ["read"] },
    rom: { region: ["read"] },
    console: { process: ["inspect", "restart"] },
    count_a: { process: ["inspect", "stop"] },
    count_b: { process: ["inspect", "stop"] },
  },
});

const stack = 2048;
const looked = { rights: ["inspect"] } as const;
const stopped = { rights: ["inspect", "stop"] } as const;

export default defineSystem({
  name: "prompt",
  channels: { input: { credit: 15 }, interrupts: {}, faults: {} },
  interrupts: { line: { line: interruptLines.uart, to: { channel: "interrupts" } } },
  regions: {
    ram: { memory: "ram" },
    rom: { memory: "bootRom" },
    "session": { bytes: 160 },
    "work-a": { bytes: 4 },
    "work-b": { bytes: 4 },
  },
  tasks: {
    "console": {
      program: console, policy: "background", priority: 2, stack, ports: ["uart"], onFault: { tell: "faults" },
      given: {
        input: { channel: "input", rights: ["receive"] },
        session: { region: "session", rights: ["read", "write"] },
        work_a: { region: "work-a", rights: ["read"] },
        work_b: { region: "work-b", rights: ["read"] },
        ram: { region: "ram", rights: ["read"] },
        rom: { region: "rom", rights: ["read"] },
        idle: { process: "idle", ...looked },
        itself: { process: "console", ...looked },
        count_a: { process: "count-a", ...looked },
        count_b: { process: "count-b", ...looked },
        uart: { process: "uart", ...looked },
        faults: { process: "faults", ...looked },
      },
    },
    "count-a": {
      program: counter, policy: "background", priority: 8, onFault: { tell: "faults" },
      given: { work: { region: "work-a", rights: ["read", "write"] } },
    },
    "count-b": {
      program: counter, policy: "background", priority: 8, onFault: { tell: "faults" },
      given: { work: { region: "work-b", rights: ["read", "write"] } },
    },
    "uart": {
      program: uart, policy: "background", priority: 1, stack, ports: ["uart"], onFault: "restart",
      given: {
        line: { interrupt: "line", rights: ["handle"] },
        interrupts: { channel: "interrupts", rights: ["receive"] },
        input: { channel: "input", rights: ["send"] },
      },
    },
    "faults": {
      program: faults, policy: "background", priority: 0, stack, ports: ["uart"], onFault: "restart",
      given: {
        faults: { channel: "faults", rights: ["receive"] },
        ram: { region: "ram", rights: ["read"] },
        rom: { region: "rom", rights: ["read"] },
        console: { process: "console", rights: ["inspect", "restart"] },
        count_a: { process: "count-a", ...stopped },
        count_b: { process: "count-b", ...stopped },
      },
    },
  },
});
