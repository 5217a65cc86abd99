// A decoder with don't-cares, in Chisel.
// #region design
import chisel3._
import chisel3.util._
import chisel3.util.experimental.decode._

object Unit extends ChiselEnum {
  val none, alu, memory, branch = Value
}

class Decoder extends Module {
  override def desiredName = "decoder"
  val io = IO(new Bundle {
    val opcode = Input(UInt(8.W))
    val unit = Output(Unit())
    val bytes = Output(UInt(2.W))
    val writes = Output(Bool())
  })
  // unit, bytes, writes
  val table = TruthTable(
    Map(
      BitPat("b00???0??") -> BitPat("b01_10_1"),
      BitPat("b00???10?") -> BitPat("b01_11_1"),
      BitPat("b1000101?") -> BitPat("b10_10_1"),
      BitPat("b1000100?") -> BitPat("b10_10_0"),
      BitPat("b0111????") -> BitPat("b11_10_0"),
    ),
    BitPat("b00_01_0"),
  )
  val needs = decoder(io.opcode, table)
  io.unit := Unit(needs(4, 3))
  io.bytes := needs(2, 1)
  io.writes := needs(0)
}
// #endregion
