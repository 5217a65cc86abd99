// Writes the Verilog of all three, without the initial values that simulation gives registers.
import chisel3._
import circt.stage.ChiselStage
import java.nio.file.{Files, Path}

object Emit extends App {
  val designs = Seq("timer" -> (() => new Timer), "merge" -> (() => new Merge), "decoder" -> (() => new Decoder))
  for ((name, design) <- designs) {
    val text = ChiselStage.emitSystemVerilog(design(), firtoolOpts = Array("-disable-all-randomization", "-strip-debug-info"))
    Files.writeString(Path.of(args(0), s"$name.chisel.v"), text)
  }
}
