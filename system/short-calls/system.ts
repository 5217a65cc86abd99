// A client, its server, a row of others that this asks, and somebody urgent who comes in between; all system calls by SYSENTER or all by INT.
import { defineProgram, defineSystem, ms, us } from "../index.ts";

const folder = "system/short-calls";

export function shortCalls(by: "sysenter" | "int") {
  const sources = (name: string): string[] => [`${folder}/${name}${by === "int" ? "_by_interrupt" : ""}.c`];
  const includeDirs = [folder, "kernel"];
  const lock = { lock: ["acquire"] } as const;
  const client = defineProgram({
    name: "client", sources: sources("client"), includeDirs,
    needs: {
      server: { process: ["call", "copy"] }, page: { region: ["read", "write", "lend"] }, backend: { process: ["notify"] },
      table: lock, progress: { region: ["read"] },
    },
  });
  const server = defineProgram({
    name: "server", sources: sources("server"), includeDirs,
    needs: { backend: { process: ["call"] }, urgent: { process: ["notify"] }, table: lock },
  });
  const relay = defineProgram({ name: "relay", sources: sources("relay"), includeDirs, needs: { next: { process: ["call"] } } });
  const last = defineProgram({ name: "last", sources: sources("last"), includeDirs, needs: {} });
  const urgent = defineProgram({
    name: "urgent", sources: sources("urgent"), includeDirs,
    needs: { server: { process: ["call", "notify"] }, progress: { region: ["read", "write"] } },
  });
  const longest = us(100);
  return defineSystem({
    name: `short-calls-${by}`,
    regions: { page: { bytes: 64 }, progress: { bytes: 32 } },
    locks: { table: { protocol: "inheritance" } },
    tasks: {
      urgent: {
        program: urgent, policy: "rms", period: ms(100), wcet: ms(20),
        given: {
          server: { process: "server", rights: ["call", "notify"] },
          progress: { region: "progress", rights: ["read", "write"] },
        },
      },
      server: {
        program: server, policy: "background", spareSlots: 1,
        given: {
          backend: { process: "backend", rights: ["call"] }, urgent: { process: "urgent", rights: ["notify"] },
          table: { lock: "table", rights: ["acquire"], longest },
        },
      },
      backend: { program: relay, policy: "background", given: { next: { process: "third", rights: ["call"] } } },
      third: { program: relay, policy: "background", given: { next: { process: "fourth", rights: ["call"] } } },
      fourth: { program: last, policy: "background", given: {} },
      client: {
        program: client, policy: "background", spareSlots: 1,
        given: {
          server: { process: "server", rights: ["call", "copy"] },
          page: { region: "page", rights: ["read", "write", "lend"] },
          backend: { process: "backend", rights: ["notify"] },
          table: { lock: "table", rights: ["acquire"], longest }, progress: { region: "progress", rights: ["read"] },
        },
      },
    },
  });
}
