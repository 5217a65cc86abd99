// What tasks and channels are called, if somebody says so: a JSON file such as
//     { "tasks": { "1": "current loop", "2": "speed loop" }, "channels": { "0": "samples" } }

export interface Names {
  readonly task: (number: number) => string;
  readonly channel: (number: number) => string;
}

export class NamesError extends Error {}

/** Task 0 is what the kernel runs when nothing else does. */
const idleTask = 0;

export function names(
  of: { readonly tasks?: Readonly<Record<string, string>>; readonly channels?: Readonly<Record<string, string>> } = {},
): Names {
  return {
    task: (number) => of.tasks?.[number] ?? (number === idleTask ? "idle" : `task ${number}`),
    channel: (number) => of.channels?.[number] ?? `channel ${number}`,
  };
}

export function parseNames(text: string): Names {
  const value = parsed(text);
  return names({ tasks: table(value, "tasks"), channels: table(value, "channels") });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new NamesError(error instanceof Error ? error.message : String(error));
  }
}

function table(value: unknown, key: "tasks" | "channels"): Record<string, string> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new NamesError("it must hold one object");
  const of: unknown = Reflect.get(value, key) ?? {};
  if (typeof of !== "object" || of === null) throw new NamesError(`"${key}" must be an object of numbers and names`);
  return Object.fromEntries(
    Object.entries(of).map(([number, name]: [string, unknown]) => {
      if (!/^\d+$/.test(number) || typeof name !== "string") {
        throw new NamesError(
          `"${key}" must hold a name under each number, and holds ${JSON.stringify({ [number]: name })}`,
        );
      }
      return [number, name];
    }),
  );
}
