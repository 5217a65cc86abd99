// A state machine goes to its own states.
import { module } from "#hdl-gen";

module("m", "", {}, (m) => {
  // TS2345: Argument of type '"bsuy"' is not assignable to parameter of type '"busy" | "idle"'.
  m.fsm("state", { idle: (go) => go("bsuy"), busy: (go) => go("idle") });
});
