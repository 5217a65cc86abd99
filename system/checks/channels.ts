// Ways from task to task: channels, lanes, interrupts, reports of faults.
import type { Description } from "../description.ts";
import { limits } from "../machine.ts";
import type { Problem } from "../problem.ts";
import { checkDirectChannels } from "./direct-channels.ts";
import { holders, type Holder } from "./holders.ts";

const names = (found: readonly Holder[]): string => found.map(({ task }) => task).join(", ");

export function checkChannels(description: Description): Problem[] {
  return [
    ...channels(description), ...checkDirectChannels(description), ...lanes(description), ...interrupts(description),
    ...reports(description),
  ];
}

function channels(description: Description): Problem[] {
  return Object.entries(description.channels ?? {}).flatMap(([name, { words = limits.messageWords, credit = 4 }]) => {
    const problems: Problem[] = [];
    const receivers = holders(description, "channel", name, "receive");
    const path = ["channels", name];
    if (receivers.length === 0) {
      problems.push({ path, message: "nobody receives from it", mend: 'give one task the right "receive"' });
    } else if (receivers.length > 1) {
      problems.push({
        path, message: `${names(receivers)} all receive from it, and it can wake one only`,
        mend: "make a channel for each of them",
      });
    }
    const senders = holders(description, "channel", name, "send")
      .map((holder) => ({ ...holder, credit: ("credit" in holder.given ? holder.given.credit : undefined) ?? credit }));
    for (const sender of senders.filter((each) => each.credit < 1 || each.credit > limits.credit)) {
      problems.push({
        path: ["tasks", sender.task, "given", sender.name], message: `it may have ${sender.credit} messages in ${name}`,
        mend: `give it a credit from 1 to ${limits.credit}`,
      });
    }
    const others = fromHardware(description, name);
    const sum = senders.reduce((total, each) => total + each.credit, others.length);
    if (sum > limits.slotsOfChannel) {
      const parties = [...senders.map((each) => `${each.task} has ${each.credit}`), ...others.map((other) => `${other} 1`)];
      problems.push({
        path, message: `its senders may have ${sum} messages in it, and it holds ${limits.slotsOfChannel}`,
        mend: `give them less credit: ${parties.join(", ")}`,
      });
    }
    if (!Number.isInteger(words) || words < 1 || words > limits.messageWords) {
      problems.push({
        path: [...path, "words"], message: `a message has ${words} words`, mend: `make it 1 to ${limits.messageWords}`,
      });
    }
    return problems;
  });
}

/** Interrupts that lead into a channel, and tasks whose faults are told there: each wants room for a message. */
const fromHardware = ({ interrupts: described = {}, tasks }: Description, channel: string): string[] => [
  ...Object.entries(described).filter(([, { to }]) => "channel" in to && to.channel === channel).map(([name]) => name),
  ...Object.entries(tasks)
    .filter(([, { onFault }]) => typeof onFault === "object" && onFault.tell === channel)
    .map(([name]) => `${name}'s faults`),
];

const guardedSlotBytes = 4 * limits.messageWords;

const powerOfTwo = (value: number): boolean => value >= 1 && Number.isInteger(Math.log2(value));

function lanes(description: Description): Problem[] {
  return Object.entries(description.lanes ?? {}).flatMap(([name, { slots, slotBytes, guarded = false }]): Problem[] => {
    const path = ["lanes", name];
    const ends = (["send", "receive"] as const).flatMap((right): Problem[] => {
      const found = holders(description, "lane", name, right);
      return found.length === 1 ? [] : [{
        path, message: `${found.length === 0 ? "nobody has" : `${names(found)} all have`} the right "${right}"`,
        mend: "a lane leads from one task to one other",
      }];
    });
    const sizes = ([["slots", slots], ["slotBytes", slotBytes]] as const)
      .filter(([, value]) => !powerOfTwo(value))
      .map(([key, value]): Problem => (
        { path: [...path, key], message: `${value} is no power of two`, mend: "make it one" }
      ));
    const small = slotBytes < 4
      ? [{ path: [...path, "slotBytes"], message: "a slot is smaller than a word", mend: "make it 4 or more" }]
      : [];
    const words = guarded && slotBytes !== guardedSlotBytes
      ? [{
        path: [...path, "slotBytes"], message: `a guarded lane hands over ${guardedSlotBytes} bytes, in registers, and not ${slotBytes}`,
        mend: `make it ${guardedSlotBytes}`,
      }]
      : [];
    return [...ends, ...sizes, ...small, ...words];
  });
}

function interrupts(description: Description): Problem[] {
  const all = Object.entries(description.interrupts ?? {});
  return all.flatMap(([name, { line, to }]): Problem[] => {
    const problems: Problem[] = [];
    const path = ["interrupts", name];
    if (!Number.isInteger(line) || line < 0 || line >= limits.interruptLines) {
      problems.push({
        path: [...path, "line"], message: `there is no line ${line}`,
        mend: `use one of 0 to ${limits.interruptLines - 1}`,
      });
    }
    const twin = all.find(([other, interrupt]) => other !== name && interrupt.line === line);
    if (twin !== undefined) {
      problems.push({
        path: [...path, "line"], message: `line ${line} is also that of ${twin[0]}`, mend: "a line leads to one place",
      });
    }
    if ("release" in to) {
      const task = description.tasks[to.release];
      if (task === undefined) {
        problems.push({
          path: [...path, "to"], message: `there is no task "${to.release}"`, mend: "name one that there is",
        });
      } else if (task.policy === "background" || task.released !== "sporadic") {
        problems.push({
          path: [...path, "to"], message: `${to.release} is not released by interrupts`,
          mend: 'make it released: "sporadic"',
        });
      }
    } else if (description.channels?.[to.channel] === undefined) {
      problems.push({
        path: [...path, "to"], message: `there is no channel "${to.channel}"`, mend: "name one that there is",
      });
    }
    return problems;
  });
}

/** Nobody is told of its own faults: it would be held. */
function reports(description: Description): Problem[] {
  return Object.entries(description.tasks).flatMap(([name, { onFault }]): Problem[] => {
    if (typeof onFault !== "object") return [];
    const [receiver] = holders(description, "channel", onFault.tell, "receive");
    return receiver?.task === name
      ? [{
        path: ["tasks", name, "onFault"], message: "the task would be told of its own faults, while it is held",
        mend: "tell another, or use \"restart\"",
      }]
      : [];
  });
}
