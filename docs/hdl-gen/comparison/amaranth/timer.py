# A timer behind registers, in Amaranth.
from amaranth.back import verilog
#region design
from amaranth.hdl import Module
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out
from amaranth.hdl import Signal

class Timer(wiring.Component):
    """Expires every limit + 1 cycles."""
    select: In(1)
    write: In(1)
    address: In(4)
    wdata: In(32)
    rdata: Out(32)
    interrupt: Out(1)

    def elaborate(self, platform):
        m = Module()
        enable = Signal()
        limit = Signal(16, init=0xffff)
        expired = Signal()
        count = Signal(16)
        writes = Signal()
        expires = Signal()
        m.d.comb += [
            writes.eq(self.select & self.write),
            expires.eq(enable & (count == limit)),
            self.interrupt.eq(expired),
        ]
        with m.If(expires):
            m.d.sync += count.eq(0)
        with m.Elif(enable):
            m.d.sync += count.eq(count + 1)

        with m.Switch(self.address[2:]):
            with m.Case(0):
                m.d.comb += self.rdata.eq(enable)
                with m.If(writes):
                    m.d.sync += enable.eq(self.wdata[0])
            with m.Case(1):
                m.d.comb += self.rdata.eq(limit)
                with m.If(writes):
                    m.d.sync += limit.eq(self.wdata[:16])
            with m.Case(2):
                m.d.comb += self.rdata.eq(expired)
                with m.If(writes & self.wdata[0]):
                    m.d.sync += expired.eq(0)
        with m.If(expires):  # the last assignment wins
            m.d.sync += expired.eq(1)
        return m
#endregion

print(verilog.convert(Timer(), name="timer", strip_internal_attrs=True))
