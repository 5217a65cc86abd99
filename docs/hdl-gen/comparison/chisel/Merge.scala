// Two streams merged into a queue, in Chisel.
// #region design
import chisel3._
import chisel3.util._

class Merge extends Module {
  override def desiredName = "merge"
  val io = IO(new Bundle {
    val from = Vec(2, Flipped(Decoupled(UInt(8.W))))
    val to = Decoupled(UInt(8.W))
  })
  val arbiter = Module(new RRArbiter(UInt(8.W), 2))
  arbiter.io.in <> io.from
  io.to <> Queue(arbiter.io.out, 4)
}
// #endregion
