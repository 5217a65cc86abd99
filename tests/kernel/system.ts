// A task that asks for everything, beside others that must not notice.
import { defineProgram, defineSystem, ms, us } from "../../system/index.ts";

const source = (name: string): string => `tests/kernel/${name}.c`;

const attacker = defineProgram({
  name: "attacker", sources: [source("attacker")], includeDirs: ["tests/kernel"],
  needs: {
    attacks_shared: { region: ["read", "write"] },
    victim: { process: ["call", "notify", "inspect", "copy", "revoke"] },
    letters: { channel: ["send", "copy", "revoke"] },
    box: { channel: ["send", "receive", "copy", "revoke"] },
    table: { lock: ["acquire", "copy"] },
    log: { log: ["write_log", "read_log", "copy", "revoke"] },
    seen: { process: ["inspect", "copy", "admit"] },
    post: { channel: ["send"] },
    tube: { lane: ["send", "receive"] },
  },
});
const victim = defineProgram({
  name: "victim", sources: [source("victim")],
  needs: {
    letters: { channel: ["receive"] }, post: { channel: ["receive"] }, secret: { region: ["read", "write"] }, table: { lock: ["acquire"] },
  },
});
const warden = defineProgram({
  name: "warden", sources: [source("warden")], includeDirs: ["tests/kernel"],
  needs: { attacks_shared: { region: ["read"] }, attacker: { process: ["restart"] }, beats: { channel: ["receive"] } },
});
const steady = defineProgram({ name: "steady", sources: [source("steady")], needs: { beats: { channel: ["send"] } } });

/** Where the attacker's capability to its direct channel is, and the first empty slot. */
export const postSlot = 7;
export const spareSlot = 9;
export const spareSlots = 5;

export default defineSystem({
  name: "attack",
  regions: { attacks_shared: { bytes: 32 + 64 * 40 }, secret: { bytes: 32 } },
  lanes: { tube: { slots: 4, slotBytes: 16, guarded: true } },
  // The attacker may send by the one that is direct; steady and the warden have the other for themselves.
  channels: { letters: { credit: 8 }, box: { credit: 4 }, post: { direct: true }, beats: { words: 1, credit: 8, direct: true } },
  locks: { table: { protocol: "inheritance" } },
  tasks: {
    attacker: {
      program: attacker, policy: "background", spareSlots,
      given: {
        attacks_shared: { region: "attacks_shared", rights: ["read", "write"] },
        victim: { process: "victim", rights: ["call", "notify", "inspect", "copy", "revoke"] },
        letters: { channel: "letters", rights: ["send", "copy", "revoke"] },
        box: { channel: "box", rights: ["send", "receive", "copy", "revoke"] },
        table: { lock: "table", rights: ["acquire", "copy"], longest: us(100) },
        log: { log: "log", rights: ["write_log", "read_log", "copy", "revoke"] },
        seen: { process: "steady", rights: ["inspect", "copy", "admit"] },
        post: { channel: "post", rights: ["send"] },
        tube: { lane: "tube", rights: ["send", "receive"] },
      },
    },
    victim: {
      program: victim, policy: "edf", period: ms(2), wcet: us(300), onOverrun: "report", spareSlots,
      given: {
        letters: { channel: "letters", rights: ["receive"] },
        post: { channel: "post", rights: ["receive"] },
        secret: { region: "secret", rights: ["read", "write"] },
        table: { lock: "table", rights: ["acquire"], longest: us(100) },
      },
    },
    warden: {
      program: warden, policy: "edf", period: ms(1), wcet: us(100),
      given: {
        attacks_shared: { region: "attacks_shared", rights: ["read"] },
        attacker: { process: "attacker", rights: ["restart"] },
        beats: { channel: "beats", rights: ["receive"] },
      },
    },
    steady: {
      program: steady, policy: "edf", period: us(400), wcet: us(100), onMiss: "stop task", onOverrun: "stop task",
      given: { beats: { channel: "beats", rights: ["send"] } },
    },
  },
});
