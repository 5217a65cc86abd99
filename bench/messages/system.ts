// A sender, with a channel of the mailbox's and two of the kernel's, and a receiver that waits at one of these.
import { defineProgram, defineSystem } from "../../system/index.ts";

const sender = defineProgram({
  name: "sender", sources: ["bench/messages/sender.c"],
  needs: { direct: { channel: ["send"] }, kernels: { channel: ["send"] }, urgent: { channel: ["send"] } },
});
const receiver = defineProgram({
  name: "receiver", sources: ["bench/messages/receiver.c"],
  needs: { direct: { channel: ["receive"] }, kernels: { channel: ["receive"] }, urgent: { channel: ["receive"] } },
});

export default defineSystem({
  name: "messages",
  channels: { direct: { direct: true }, kernels: {}, urgent: {} },
  tasks: {
    receiver: {
      program: receiver, policy: "background",
      given: {
        direct: { channel: "direct", rights: ["receive"] }, kernels: { channel: "kernels", rights: ["receive"] },
        urgent: { channel: "urgent", rights: ["receive"] },
      },
    },
    sender: {
      program: sender, policy: "background", priority: 1,
      given: {
        direct: { channel: "direct", rights: ["send"] }, kernels: { channel: "kernels", rights: ["send"] },
        urgent: { channel: "urgent", rights: ["send"] },
      },
    },
  },
});
