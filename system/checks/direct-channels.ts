// Direct channels: what the kernel does for a message, it does not do for theirs, as it never sees one.
import type { Description } from "../description.ts";
import type { Problem } from "../problem.ts";
import { holders } from "./holders.ts";

export function checkDirectChannels(description: Description): Problem[] {
  const direct = Object.entries(description.channels ?? {}).filter(([, channel]) => channel.direct === true);
  const guarded = Object.entries(description.channels ?? {})
    .filter(([, channel]) => channel.guarded === true && channel.direct !== true)
    .map(([name]): Problem => ({
      path: ["channels", name, "guarded"], message: "a channel of the kernel's is guarded by the kernel",
      mend: "make it direct, or leave guarded away",
    }));
  return [...guarded, ...direct.flatMap(([name]) => [
    ...releases(description, name), ...kernelsMessages(description, name), ...hands(description, name),
  ])];
}

/** Who is released by messages would wait for one of which nobody tells it. */
const releases = (description: Description, channel: string): Problem[] =>
  holders(description, "channel", channel, "receive").flatMap(({ task }): Problem[] => {
    const receiver = description.tasks[task];
    return receiver?.policy !== "background" && receiver?.released === "sporadic"
      ? [{
        path: ["channels", channel, "direct"], message: `${task} is released by messages, and a direct one releases nobody`,
        mend: "make the channel one of the kernel's, or the task periodic",
      }]
      : [];
  });

/** The kernel sends what interrupts and faults have to say, into its own channels. */
function kernelsMessages({ interrupts = {}, tasks }: Description, channel: string): Problem[] {
  const mend = "use a channel that is not direct";
  return [
    ...Object.entries(interrupts).filter(([, { to }]) => "channel" in to && to.channel === channel)
      .map(([name]): Problem => ({
        path: ["interrupts", name, "to"], message: `${channel} is direct, and the kernel sends nothing there`, mend,
      })),
    ...Object.entries(tasks).filter(([, { onFault }]) => typeof onFault === "object" && onFault.tell === channel)
      .map(([name]): Problem => ({
        path: ["tasks", name, "onFault"], message: `${channel} is direct, and the kernel sends nothing there`, mend,
      })),
  ];
}

/** The mailbox knows a task's right in a channel, not where it came from. */
function hands(description: Description, channel: string): Problem[] {
  const all = holders(description, "channel", channel);
  const copied = all.flatMap(({ task, name, given }): Problem[] => {
    const rights = given.rights.filter((right) => right === "copy" || right === "revoke");
    return rights.length === 0 ? [] : [{
      path: ["tasks", task, "given", name, "rights"],
      message: `${channel} is direct, so the right to it is the task's own: there is no "${rights.join('", "')}"`,
      mend: "take it away, or make the channel one of the kernel's",
    }];
  });
  const twice = all.flatMap(({ task, name }, index): Problem[] => {
    const first = all.slice(0, index).find((other) => other.task === task);
    return first === undefined ? [] : [{
      path: ["tasks", task, "given", name],
      message: `${channel} is direct, and the task has it already, as ${first.name}`, mend: "give it once, with all its rights",
    }];
  });
  return [...copied, ...twice];
}
