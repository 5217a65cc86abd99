// An asynchronous input is no value.
import { asyncInput, module, output } from "#hdl-gen";

module("m", "", { pin: asyncInput(1), y: output(1) }, (_m, io) => {
  // TS2322: Type 'Unsynchronized<1>' is not assignable to type 'Val<1>'.
  io.y.value = io.pin;
});
