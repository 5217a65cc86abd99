// A timer behind registers, in Chisel.
// #region design
import chisel3._
import chisel3.util._

class Timer extends Module {
  override def desiredName = "timer"
  val io = IO(new Bundle {
    val select = Input(Bool())
    val write = Input(Bool())
    val address = Input(UInt(4.W))
    val wdata = Input(UInt(32.W))
    val rdata = Output(UInt(32.W))
    val interrupt = Output(Bool())
  })
  val enable = RegInit(false.B)
  val limit = RegInit("hffff".U(16.W))
  val expired = RegInit(false.B)
  val count = RegInit(0.U(16.W))
  val writes = io.select && io.write
  val expires = enable && count === limit

  when(expires) { count := 0.U }.elsewhen(enable) { count := count + 1.U }

  io.rdata := 0.U
  switch(io.address(3, 2)) {
    is(0.U) {
      io.rdata := enable
      when(writes) { enable := io.wdata(0) }
    }
    is(1.U) {
      io.rdata := limit
      when(writes) { limit := io.wdata(15, 0) }
    }
    is(2.U) {
      io.rdata := expired
      when(writes && io.wdata(0)) { expired := false.B }
    }
  }
  when(expires) { expired := true.B } // the last assignment wins
  io.interrupt := expired
}
// #endregion
