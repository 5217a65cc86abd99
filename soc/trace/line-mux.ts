// Text and frames on one line: a frame goes whole, and between two frames there may be text.
//
// Neither side can keep the other out. Frames may always follow text; between two frames, as many characters of text as
// the UART's FIFO holds may go first, so that a console stays usable while tracing takes all there is of the line.
//
// Zeros in the text are dropped while frames may come: they are the borders of frames. So what software prints can never
// be taken for a frame.
import { flip, indexWidth, input, module, mux, reg, type Design } from "#hdl-gen";
import { bytePort, textPort } from "./ports.ts";

/** Characters of text that may go between two frames. */
export const textTurn_bytes = 16;

const ports = {
  framing: input(1, "frames may come: zeros in the text are dropped"),
  text: flip(textPort),
  frame: flip(bytePort),
  line: textPort,
};

export function lineMux(turn_bytes = textTurn_bytes): Design<typeof ports> {
  const doc = "Text and frames on one line.";
  return module("line_mux", doc, ports, (m, { framing, text, frame, line }) => {
    const r = m.regs({
      in_frame: reg(1, 0, "some bytes of a frame are sent, and not the last"),
      turn: reg(indexWidth(turn_bytes + 1), 0, "characters of text that may still go before a frame that waits"),
    });
    const { dropped } = m.nets({ dropped: framing.and(text.valid, text.data.eq(0)) });
    const { prints } = m.nets({ prints: text.valid.and(dropped.not()) });
    const { takes_frame } = m.nets({ takes_frame: r.in_frame.or(frame.valid.and(prints.not().or(r.turn.eq(0)))) });
    line.valid.value = mux(takes_frame, frame.valid, prints);
    line.data.value = mux(takes_frame, frame.data, text.data);
    frame.ready.value = takes_frame.and(line.ready);
    text.ready.value = dropped.or(takes_frame.not().and(line.ready));

    const { frame_moves, text_moves } = m.nets({
      frame_moves: takes_frame.and(frame.valid, line.ready),
      text_moves: takes_frame.not().and(prints, line.ready),
    });
    m.when(frame_moves, () => {
      r.in_frame.next = frame.last.not();
      m.when(frame.last, () => { r.turn.next = turn_bytes; });
    }).elsewhen(text_moves.and(r.turn.ne(0)), () => { r.turn.next = r.turn.sub(1); });

    m.ghost(() => {
      const g = m.regs({
        open: reg(1, 0, "the bytes on the line so far leave a frame open"),
        waited: reg(indexWidth(turn_bytes + 2), 0, "characters since a frame has been waiting"),
      });
      m.assume("a_frame_stays_on_offer", m.past(frame.valid.and(frame.ready.not())).not().or(frame.valid));
      m.when(frame_moves, () => { g.open.next = frame.last.not(); });
      m.assert("no_text_inside_a_frame", g.open.not().or(text_moves.not()));
      m.assert("no_zero_from_text", text_moves.and(framing).not().or(line.data.ne(0)));
      m.assert("every_byte_is_of_one_side", line.valid.and(line.ready).eq(frame_moves.or(text_moves)));
      m.assert("takes_only_what_it_sends", frame.valid.and(frame.ready).eq(frame_moves));
      m.assert("takes_text_to_send_or_drop_it", text.valid.and(text.ready).eq(text_moves.or(dropped)));
      m.when(frame_moves.or(frame.valid.not()), () => { g.waited.next = 0; })
        .elsewhen(text_moves, () => { g.waited.next = g.waited.add(1); });
      m.assert("a_frame_waits_for_a_turn_of_text_only", g.waited.add(r.turn.zext(g.waited.width)).le(turn_bytes));
      m.assert("keeps_in_mind_that_it_is_inside", r.in_frame.eq(g.open));
      m.assert("turns_are_short", r.turn.le(turn_bytes));
      m.cover("a_frame_goes_before_waiting_text", frame_moves.and(prints));
      m.cover("text_goes_before_a_waiting_frame", text_moves.and(frame.valid));
    });
  });
}
