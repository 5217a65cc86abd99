// What a task's header has for a direct channel: the mailbox's own operations, in line. On a machine that has no mailbox
// the kernel's call does the same, behind the same name. Of a guarded one, the fast IPC layer makes the operation.
import type { Capability, Channel } from "../model.ts";

/**
 * The functions that the capability allows. The channel's number is `capability.index`, in the mailbox too. `row`: of the fast
 * IPC layer's, for an operation; absent if the task reaches the mailbox itself.
 */
export function directChannelInC(
  { words }: Pick<Channel, "words">, { name, index, rights }: Capability,
  row: ((operation: "send" | "receive") => number) | undefined,
): string[] {
  const places = Array.from({ length: words }, (_, place) => place);
  const slot = `${name.toUpperCase()}_SLOT`;
  const lines: string[] = [];
  if (rights.includes("send")) {
    const all = Array.from({ length: 4 }, (_, place) => (place < words ? `word_${place}` : "0")).join(", ");
    lines.push(
      "/*",
      " * Puts a message into the channel, without the kernel. Never waits. 0, or FULL; NO_CREDIT: as many of the sender's are in it",
      " * as may be; NOT_ALLOWED: the right was discarded; AGAIN.",
      " */",
      `static inline int32_t ${name}_send(${places.map((place) => `uint32_t word_${place}`).join(", ")}) {`,
      ...(row === undefined ? [
        "  volatile uint32_t *window = direct_channel_window();",
        ...places.map((place) => `  window[${place}] = word_${place};`),
        `  int32_t answer = direct_channel_operation(MAILBOX_COMMIT_${words}(${index}));`,
      ] : [
        `  uint32_t words[4] = {${all}};`,
        `  int32_t answer = fast_layer_call(${row("send")}, words);`,
      ]),
      "  if (answer >= 0) {",
      "    return RESULT_OK;",
      "  }",
      "  if (answer == DIRECT_CHANNEL_ABSENT) {",
      `    return system_call(CALL_SEND, ${slot}, ${all});`,
      "  }",
      "  return direct_channel_refusal(answer);",
      "}",
      "",
    );
  }
  if (rights.includes("receive")) {
    lines.push(
      "/* Takes the oldest message, without the kernel. The result is its sender's number; or EMPTY; NOT_ALLOWED: the right was discarded. */",
      `static inline int32_t ${name}_poll(uint32_t results[${words}]) {`,
      ...(row === undefined ? [
        `  int32_t answer = direct_channel_operation(MAILBOX_RECEIVE(${index}));`,
      ] : [
        "  uint32_t window[4] = {0, 0, 0, 0};",
        `  int32_t answer = fast_layer_call(${row("receive")}, window);`,
      ]),
      "  if (answer >= 0) {",
      ...(row === undefined ? ["    volatile uint32_t *window = direct_channel_window();"] : []),
      ...places.map((place) => `    results[${place}] = window[${place}];`),
      "    return direct_channel_sender(answer);",
      "  }",
      "  if (answer == DIRECT_CHANNEL_ABSENT) {",
      "    uint32_t words[4] = {0, 0, 0, 0};",
      `    int32_t result = system_call_words(CALL_POLL, ${slot}, words);`,
      ...places.map((place) => `    results[${place}] = words[${place}];`),
      "    return result;",
      "  }",
      "  return direct_channel_refusal(answer);",
      "}",
      "",
    );
  }
  return lines;
}
