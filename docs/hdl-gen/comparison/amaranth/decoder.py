# A decoder with don't-cares, in Amaranth.
from amaranth.back import verilog
#region design
from amaranth.hdl import Module
from amaranth.lib import enum, wiring
from amaranth.lib.wiring import In, Out

class Unit(enum.Enum, shape=2):
    NONE = 0
    ALU = 1
    MEMORY = 2
    BRANCH = 3

class Decoder(wiring.Component):
    """What an instruction needs, by its first byte."""
    opcode: In(8)
    unit: Out(Unit)
    bytes: Out(2)
    writes: Out(1)

    def elaborate(self, platform):
        m = Module()
        m.d.comb += self.bytes.eq(1)
        with m.Switch(self.opcode):
            with m.Case("00-- -0--"):
                m.d.comb += [self.unit.eq(Unit.ALU), self.bytes.eq(2), self.writes.eq(1)]
            with m.Case("00-- -10-"):
                m.d.comb += [self.unit.eq(Unit.ALU), self.bytes.eq(3), self.writes.eq(1)]
            with m.Case("1000 101-"):
                m.d.comb += [self.unit.eq(Unit.MEMORY), self.bytes.eq(2), self.writes.eq(1)]
            with m.Case("1000 100-"):
                m.d.comb += [self.unit.eq(Unit.MEMORY), self.bytes.eq(2)]
            with m.Case("0111 ----"):
                m.d.comb += [self.unit.eq(Unit.BRANCH), self.bytes.eq(2)]
        return m
#endregion

print(verilog.convert(Decoder(), name="decoder", strip_internal_attrs=True))
