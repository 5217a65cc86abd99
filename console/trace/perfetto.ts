// A run for Perfetto's viewer (https://ui.perfetto.dev): TrackEvent packets, as in perfetto's
// protos/perfetto/trace/trace_packet.proto, track_descriptor.proto and track_event.proto.
//
// One process is the CPU, with the task that runs. In another each task has three rows: its jobs from release to end,
// when it ran, and what happened to it. Messages are arrows from the sender's row to the receiver's.
import { eventKinds } from "../../soc/trace/events.ts";
import { analyse, type Job } from "./analysis.ts";
import type { Names } from "./names.ts";
import { bytesField, fixed64Field, message, numberField } from "./protobuf.ts";
import { argumentText } from "./text.ts";
import type { Run, TraceEvent } from "./timeline.ts";

/** Field numbers of the schema. */
const tracePacket = 1;
const packet = { timestamp: 8, sequence: 10, event: 11, flags: 13, descriptor: 60 } as const;
const descriptor = { uuid: 1, name: 2, process: 3, parent: 5, ordering: 11, rank: 12 } as const;
const processDescriptor = { pid: 1, name: 6 } as const;
const trackEvent = { annotation: 4, type: 9, track: 11, category: 22, name: 23, flows: 47, endFlows: 48 } as const;
const annotation = { integer: 4, text: 6, name: 10 } as const;

const eventType = { begin: 1, end: 2, instant: 3 } as const;
const sequence = 1;
const sequenceCleared = 1;
const explicitOrder = 3;

const cpu = { uuid: 1n, pid: 1 } as const;
const tasks = { uuid: 2n, pid: 2 } as const;
const runningTrack = 3n;
/** Of a task. */
const rowsOf = (task: number) => {
  const first = 16n + 4n * BigInt(task);
  return { group: first, jobs: first + 1n, runs: first + 2n, moments: first + 3n };
};

interface EventOptions {
  readonly name?: string;
  readonly category?: string;
  readonly flow?: bigint;
  readonly endFlow?: bigint;
  readonly says?: Readonly<Record<string, string | number>>;
}

export function perfettoTrace(run: Run, names: Names): Uint8Array {
  const { executions, jobs, messages, moments } = analyse(run.events);
  const packets: Uint8Array[] = [];
  const put = (...fields: readonly Uint8Array[]): void => {
    const flags = packets.length === 0 ? [numberField(packet.flags, sequenceCleared)] : [];
    packets.push(bytesField(tracePacket, message(...fields, numberField(packet.sequence, sequence), ...flags)));
  };
  const track = (...fields: readonly Uint8Array[]): void => {
    put(bytesField(packet.descriptor, message(...fields)));
  };
  const processTrack = ({ uuid, pid }: typeof cpu | typeof tasks, name: string): void => {
    track(
      numberField(descriptor.uuid, uuid),
      bytesField(
        descriptor.process,
        message(numberField(processDescriptor.pid, pid), bytesField(processDescriptor.name, name)),
      ),
      numberField(descriptor.ordering, explicitOrder),
    );
  };
  const row = (uuid: bigint, parent: bigint, name: string, rank: number): void => {
    track(
      numberField(descriptor.uuid, uuid),
      numberField(descriptor.parent, parent),
      bytesField(descriptor.name, name),
      numberField(descriptor.rank, rank),
      numberField(descriptor.ordering, explicitOrder),
    );
  };
  const timed: { readonly ns: bigint; readonly fields: Uint8Array }[] = [];
  const event = (time: bigint, type: keyof typeof eventType, on: bigint, options: EventOptions = {}): void => {
    const { name, category, flow, endFlow, says = {} } = options;
    const ns = (time * 1_000_000_000n) / BigInt(run.clock_hz);
    const fields = message(
      numberField(trackEvent.type, eventType[type]),
      numberField(trackEvent.track, on),
      ...(name === undefined ? [] : [bytesField(trackEvent.name, name)]),
      ...(category === undefined ? [] : [bytesField(trackEvent.category, category)]),
      ...(flow === undefined ? [] : [fixed64Field(trackEvent.flows, flow)]),
      ...(endFlow === undefined ? [] : [fixed64Field(trackEvent.endFlows, endFlow)]),
      ...Object.entries(says).map(([key, value]) =>
        bytesField(
          trackEvent.annotation,
          message(
            bytesField(annotation.name, key),
            typeof value === "number" ? numberField(annotation.integer, value) : bytesField(annotation.text, value),
          ),
        ),
      ),
    );
    timed.push({ ns, fields });
  };

  processTrack(cpu, `CPU at ${run.clock_hz / 1e6} MHz`);
  row(runningTrack, cpu.uuid, "running", 0);
  processTrack(tasks, "tasks");
  const all = new Set(
    [...executions, ...jobs, ...moments, ...messages.flatMap(({ from, to }) => [{ task: from }, { task: to }])].map(
      ({ task }) => task,
    ),
  );
  for (const task of [...all].toSorted((a, b) => a - b)) {
    const { group, ...rows } = rowsOf(task);
    row(group, tasks.uuid, names.task(task), task);
    Object.entries(rows).forEach(([name, uuid], rank) => {
      row(uuid, group, name, rank);
    });
  }

  for (const { task, from, to } of executions) {
    event(from, "begin", runningTrack, { name: names.task(task) });
    event(to, "end", runningTrack);
    event(from, "begin", rowsOf(task).runs, { name: names.task(task) });
    event(to, "end", rowsOf(task).runs);
  }
  // On one row, what begins must end before the next begins: a job that waits for the one before begins with its end.
  const doneBefore = new Map<number, bigint>();
  for (const job of jobs) {
    const { task, release, end } = job;
    if (end === undefined) continue;
    const before = doneBefore.get(task) ?? release;
    event(before > release ? before : release, "begin", rowsOf(task).jobs, { name: "job", says: jobSays(job) });
    event(end, "end", rowsOf(task).jobs);
    doneBefore.set(task, end);
  }
  messages.forEach(({ channel, from, to, sent, received }, i) => {
    const flow = BigInt(i + 1);
    event(sent, "instant", rowsOf(from).moments, { name: `send ${names.channel(channel)}`, category: "message", flow });
    event(received, "instant", rowsOf(to).moments, {
      name: `receive ${names.channel(channel)}`,
      category: "message",
      endFlow: flow,
    });
  });
  for (const moment of moments) {
    event(moment.time, "instant", rowsOf(moment.task).moments, {
      name: momentName(moment),
      category: moment.name,
      says: { argument: argumentText(moment, names) },
    });
  }

  // The viewer wants the packets of a sequence in the order of time, ends before beginnings.
  timed.sort((a, b) => Number(a.ns - b.ns));
  for (const { ns, fields } of timed) put(numberField(packet.timestamp, ns), bytesField(packet.event, fields));
  return message(...packets);
}

const momentName = ({ name, kind }: TraceEvent): string =>
  name === "gap" ? "frames missing" : name === "unknown" ? `kind ${kind}` : eventKinds[name].says;

const jobSays = ({ release, start, end, deadline, missed }: Job): Record<string, string | number> => ({
  ...(start === undefined ? {} : { "cycles to its start": Number(start - release) }),
  ...(end === undefined ? {} : { "cycles to its end": Number(end - release) }),
  ...(deadline === undefined ? {} : { "cycles to its deadline": Number(deadline - release) }),
  ...(missed ? { missed: "yes" } : {}),
});
