// What docs/contexts.md shows: the unit in the simulator, with a core that comes to a boundary after some cycles.
import { waves } from "#hdl-gen";
import { contextsBench, follow, type ContextsBench } from "../../soc/contexts/bench.ts";
import { contextsConfig, interval_cycles } from "../../soc/contexts/shape.ts";

const show = (name: string, text: string): void => {
  console.log(`=== ${name}\n${text.trimEnd()}\n`);
};

/** The scheduler's choice is who runs; nobody so far. */
function following(drain_cycles: number): ContextsBench {
  const b = contextsBench(contextsConfig, () => drain_cycles);
  b.write("CONTROL", follow);
  b.step(interval_cycles);
  return b;
}

const moves = ["switcher.turn", "switcher.shadow_task", "switcher.shadow_left", "switcher.save_left"];
const core = ["core_hold", "core_held", "core_exchange", "running"];

{
  const b = following(2);
  b.step();
  const seen = waves(b.sim, ["choice_number", ...core, ...moves]);
  b.step();
  b.choose(9);
  b.step(14);
  show("switch", seen.text());
}

{
  const b = following(2);
  const seen = waves(b.sim, ["choice_number", ...core, "switcher.shadow_task", "switcher.shadow_left"]);
  b.step();
  b.choose(9);
  b.step(3);
  b.choose(10);
  b.step(9);
  show("change", seen.text());
}

{
  const b = following(1);
  b.choose(9);
  b.untilExchange();
  b.choose(10);
  const seen = waves(b.sim, ["choice_number", ...core, ...moves]);
  b.step(14);
  show("behind", seen.text());
}

{
  const b = following(9);
  b.choose(9);
  const seen = waves(b.sim, ["choice_number", ...core, "event_valid", "event_kind"]);
  b.step(13);
  show("late", seen.text());
}
