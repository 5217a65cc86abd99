// An asynchronous input has no operators.
import { asyncInput, module, output } from "#hdl-gen";

module("m", "", { pin: asyncInput(1), y: output(1) }, (_m, io) => {
  // TS2339: Property 'not' does not exist on type 'Unsynchronized<1>'.
  io.y.value = io.pin.not();
});
