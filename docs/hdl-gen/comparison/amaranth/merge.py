# Two streams merged into a queue, in Amaranth.
from amaranth.back import verilog
#region design
from amaranth.hdl import Module, Mux, Signal
from amaranth.lib import fifo, stream, wiring
from amaranth.lib.wiring import In, Out

class Merge(wiring.Component):
    """Two streams in turn, through a queue of four."""
    first: In(stream.Signature(8))
    second: In(stream.Signature(8))
    to: Out(stream.Signature(8))

    def elaborate(self, platform):
        m = Module()
        m.submodules.queue = queue = fifo.SyncFIFO(width=8, depth=4)
        wiring.connect(m, queue.r_stream, wiring.flipped(self.to))
        put = queue.w_stream
        last = Signal()  # which one went last
        chosen = Signal()
        m.d.comb += [
            chosen.eq(Mux(last, ~self.first.valid, self.second.valid)),
            put.valid.eq(self.first.valid | self.second.valid),
            put.payload.eq(Mux(chosen, self.second.payload, self.first.payload)),
            self.first.ready.eq(put.ready & ~chosen),
            self.second.ready.eq(put.ready & chosen),
        ]
        with m.If(put.valid & put.ready):
            m.d.sync += last.eq(chosen)
        return m
#endregion

print(verilog.convert(Merge(), name="merge", strip_internal_attrs=True))
