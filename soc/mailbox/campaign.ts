// The mailbox against its model: small mailboxes, in which everything is soon full, and the real one take turns.
import { turn, type Campaign } from "../campaign.ts";
import { compare } from "./bench.ts";
import { mailbox } from "./mailbox.ts";
import { mailboxConfig, type MailboxConfig } from "./shape.ts";

const configs: readonly MailboxConfig[] = [
  { ...mailboxConfig, tasks: 2, channels: 2, slots: 2, doorbells: 2 },
  { ...mailboxConfig, tasks: 4, channels: 4, slots: 4, doorbells: 4 },
  mailboxConfig,
];
const operations = 20_000;

export const mailboxCampaign: Campaign = {
  counts: "operations",
  round(number, seed) {
    const config = turn(configs, number);
    return {
      name: `mailbox-${config.tasks}`,
      design: mailbox(config),
      reset_cycles: 1,
      run(see) {
        compare(config, operations, seed, see);
        return operations;
      },
    };
  },
};
