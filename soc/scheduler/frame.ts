// Time partitions: a major frame of windows, one after the other and then again from the first, each naming the
// partitions that may run. The next frame is written while this one runs, and begins when this one has come to its end.
import { and, cat, constant, indexWidth, input, module, mux, output, reg, regNoReset, type Design } from "#hdl-gen";
import { widthsOf, type SchedulerConfig } from "./shape.ts";

const ports = (config: SchedulerConfig) => {
  const window = indexWidth(config.windows);
  return {
    now: input(widthsOf(config).due, "the clock's lower bits"),
    entry: {
      write: input(1, "a window of the next frame"),
      number: input(window),
      may_run: input(config.partitions),
      length: input(config.windowBits, "cycles, at least 1"),
    },
    next: {
      write: input(1, "the next frame is complete"),
      last: input(window, "number of its last window"),
      run: input(1, "0: there is no next frame, all may run"),
      timed: input(1, "if no frame runs, begin at that time"),
      time: input(widthsOf(config).due),
    },
    may_run: output(config.partitions, "a bit for each partition"),
    window: output(window, "that runs"),
    waits: output(1, "the next frame has been written and does not run yet"),
  };
};

export type FramePorts = ReturnType<typeof ports>;

export function frame(config: SchedulerConfig): Design<FramePorts> {
  const windowBits = indexWidth(config.windows);
  const doc = "Steps through the windows of a major frame.";
  return module("scheduler_frame", doc, ports(config), (m, io) => {
    const r = m.regs({
      runs: reg(1, 0, "there is a frame"),
      half: reg(1, 0, "the half of the table that it stands in"),
      number: reg(windowBits, 0, "of the window that runs"),
      last: regNoReset(windowBits),
      left: regNoReset(config.windowBits, "cycles of the window, this one included"),
      mask: reg(config.partitions, (1n << BigInt(config.partitions)) - 1n),
      coming: {
        valid: reg(1), last: regNoReset(windowBits), run: regNoReset(1), timed: regNoReset(1),
        time: regNoReset(widthsOf(config).due),
      },
    });
    const { window_ends } = m.nets({ window_ends: r.runs.and(r.left.eq(1)) });
    const { frame_ends } = m.nets({ frame_ends: window_ends.and(r.number.eq(r.last)) });
    const { on_time } = m.nets({ on_time: r.coming.timed.not().or(io.now.eq(r.coming.time)) });
    const { begins } = m.nets({ begins: and(r.coming.valid, mux(r.runs, frame_ends, on_time)) });
    const { follows } = m.nets({ follows: mux(begins.or(frame_ends), constant(0, windowBits), r.number.add(1)) });
    const windows = m.memory("windows", { width: config.partitions + config.windowBits, depth: 2 * config.windows });
    windows.write({
      address: cat(r.half.not(), io.entry.number).as(windowBits + 1),
      data: cat(io.entry.may_run, io.entry.length).as(config.partitions + config.windowBits),
      enable: io.entry.write,
    });
    const { entry } = m.nets({ entry: windows.readAsync(cat(r.half.xor(begins), follows).as(windowBits + 1)) });
    m.when(begins.or(window_ends), () => {
      r.number.next = follows;
      r.left.next = entry.slice(config.windowBits - 1, 0);
      r.mask.next = entry.slice(entry.width - 1, config.windowBits);
    }).otherwise(() => { r.left.next = r.left.sub(1); });
    m.when(begins, () => {
      r.runs.next = r.coming.run;
      r.last.next = r.coming.last;
      r.coming.valid.next = 0;
      m.when(r.coming.run, () => { r.half.next = r.half.not(); })
        .otherwise(() => { r.mask.next = (1n << BigInt(config.partitions)) - 1n; });
    });
    m.when(io.next.write, () => {
      m.drive(r.coming, { valid: 1, last: io.next.last, run: io.next.run, timed: io.next.timed, time: io.next.time });
    });
    io.may_run.value = r.mask;
    io.window.value = r.number;
    io.waits.value = r.coming.valid;
  });
}
