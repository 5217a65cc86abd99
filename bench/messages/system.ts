// A sender, with a channel of the mailbox's, two of the kernel's and two lanes, and a receiver that waits at one of the kernel's.
import { defineProgram, defineSystem } from "../../system/index.ts";

const sender = defineProgram({
  name: "sender", sources: ["bench/messages/sender.c"],
  needs: {
    direct: { channel: ["send"] }, kernels: { channel: ["send"] }, urgent: { channel: ["send"] },
    lane: { lane: ["send"] }, guarded: { lane: ["send"] },
  },
});
const receiver = defineProgram({
  name: "receiver", sources: ["bench/messages/receiver.c"],
  needs: {
    direct: { channel: ["receive"] }, kernels: { channel: ["receive"] }, urgent: { channel: ["receive"] },
    lane: { lane: ["receive"] }, guarded: { lane: ["receive"] },
  },
});

export default defineSystem({
  name: "messages",
  channels: { direct: { direct: true }, kernels: {}, urgent: {} },
  lanes: { lane: { slots: 4, slotBytes: 16 }, guarded: { slots: 4, slotBytes: 16, guarded: true } },
  tasks: {
    receiver: {
      program: receiver, policy: "background",
      given: {
        direct: { channel: "direct", rights: ["receive"] }, kernels: { channel: "kernels", rights: ["receive"] },
        urgent: { channel: "urgent", rights: ["receive"] },
        lane: { lane: "lane", rights: ["receive"] }, guarded: { lane: "guarded", rights: ["receive"] },
      },
    },
    sender: {
      program: sender, policy: "background", priority: 1,
      given: {
        direct: { channel: "direct", rights: ["send"] }, kernels: { channel: "kernels", rights: ["send"] },
        urgent: { channel: "urgent", rights: ["send"] },
        lane: { lane: "lane", rights: ["send"] }, guarded: { lane: "guarded", rights: ["send"] },
      },
    },
  },
});
