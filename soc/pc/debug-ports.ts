// What a program tells the user of the simulator: POST codes, text, the end. Each write is one event.
import { and, constant, module, mux, or, output, type Design } from "#hdl-gen";
import { byteDevice } from "../bus/ports.ts";
import { pcIoMap } from "./memory-map.ts";
import { debugPorts as description } from "./registers.ts";

const ports = {
  post: byteDevice,
  text: byteDevice,
  exit: byteDevice,
  event: {
    valid: output(1, "something was written in this cycle"),
    port: output(8, "where"),
    data: output(8, "what"),
  },
};

const { POST, TEXT, EXIT } = description.registers;

export const debugPorts: Design<typeof ports> = module("debug_ports", description.doc, ports, (m, io) => {
  const { writes, text_here } = m.nets({
    writes: {
      post: and(io.post.access, io.post.write, io.post.address.eq(POST.offset - pcIoMap.post.base)),
      text: and(io.text.access, io.text.write, io.text.address.eq(TEXT.offset - pcIoMap.text.base)),
      exit: and(io.exit.access, io.exit.write, io.exit.address.eq(EXIT.offset - pcIoMap.exit.base)),
    },
    text_here: io.text.address.eq(TEXT.offset - pcIoMap.text.base),
  });
  io.event.valid.value = or(writes.post, writes.text, writes.exit);
  io.event.port.value = mux(writes.post, POST.offset, mux(writes.text, constant(TEXT.offset, 8), EXIT.offset));
  io.event.data.value = mux(writes.post, io.post.wdata, mux(writes.text, io.text.wdata, io.exit.wdata));
  io.post.rdata.value = 0xff;
  io.text.rdata.value = mux(text_here, constant(TEXT.reset, 8), 0xff);
  io.exit.rdata.value = 0xff;
});
