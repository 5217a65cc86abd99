// The mailbox's ends.
import { input, output } from "#hdl-gen";
import { wordDevice } from "../bus/ports.ts";
import { eventPort } from "../trace/ports.ts";
import { policyBits, widthsOf, type MailboxConfig } from "./shape.ts";

export function mailboxPorts(config: MailboxConfig) {
  const { task, channel, word, message } = widthsOf(config);
  /** Of a message's sender, for a receiver that inherits it. */
  const urgency = { policy: input(policyBits), value: input(config.timeBits, "a deadline, or a priority") };
  return {
    now: input(config.timeBits, "the clock, in cycles"),
    running: {
      task: input(task, "which task runs; what may be done depends on it, and software cannot forge it"),
      cpl: input(2, "0: the kernel"),
      urgency,
    },
    window: {
      enable: input(1, "read the running task's receive buffer, or write its staging buffer"),
      write: input(1),
      address: input(2, "first of two successive words"),
      mask: input(8, "bytes to write"),
      wdata: input(2 * word),
      rdata: output(2 * word, "one cycle after; words beyond the buffer are 0"),
    },
    ahead: input(10, "in the cycle before an access to this device: its word address"),
    bus: wordDevice,
    interrupt: {
      valid: input(1, "the router has a message; everything here stays as it is until done"),
      channel: input(channel),
      words: input(message),
      urgency,
      done: output(1, "it is in the channel, or refused"),
      refused: output(1, "with done: the channel is full"),
    },
    doorbell: {
      valid: output(1, "stays as it is until ready"),
      ready: input(1),
      number: output(task, "the channel's receiver"),
      waits: output(1, "it waits from now on; else it is woken"),
      inherits: output(1, "it is to be at least as urgent as this"),
      urgency: { policy: output(policyBits), value: output(config.timeBits) },
      channel: output(channel),
      waited: output(1, "it waited already"),
      in_vain: output(1, "no message came in time"),
    },
    event: eventPort,
    doorbell_event: eventPort,
  };
}
