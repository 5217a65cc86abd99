// Step 6: what software sees.
// #region map
import { cHeader, field, markdown, registerMap } from "#hdl-gen";

export const uartMap = registerMap("uart", "A serial line with a queue in each direction.", {
  transmit: {
    character: field("wo", 8, "what to send"),
    send: field("wo", 1, "write as 1 to send the character"),
  },
  receive: {
    character: field("ro", 8, "the oldest received character"),
    there: field("ro", 1, "there is one"),
    take: field("wo", 1, "write as 1 to make place for the next"),
  },
  status: {
    room: field("ro", 1, "a character can be sent"),
    lost: field("w1c", 1, "a character came when the queue was full"),
  },
  control: {
    mode: field("rw", 1, "what the receiver listens to", { values: { pin: 0, loopback: 1 } }),
  },
});
// #endregion

import { fileURLToPath } from "node:url";
import { cut, show } from "./show.ts";

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  show("header", cut(cHeader(uartMap), /^typedef/, /RECEIVE_OFFSET/));
  const [, receive = ""] = markdown(uartMap).split("## `receive`");
  show("picture", /```text\n([\s\S]+?)```/.exec(receive)?.[1] ?? "");
}
