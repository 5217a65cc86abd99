// Writes the Verilog of all three, without the initial values that simulation gives registers.
import chisel3._
import circt.stage.ChiselStage
import java.nio.file.{Files, Path}

object Emit extends App {
  val designs = Seq("timer" -> (() => new Timer), "merge" -> (() => new Merge), "decoder" -> (() => new Decoder))
  // What Yosys can read; without the lines of the source.
  val options = Array(
    "-disable-all-randomization",
    "-strip-debug-info",
    "-lowering-options=disallowLocalVariables,disallowPackedArrays",
  )
  for ((name, design) <- designs) {
    val text = ChiselStage.emitSystemVerilog(design(), firtoolOpts = options)
    Files.writeString(Path.of(args(0), s"$name.chisel.v"), text)
  }
}
