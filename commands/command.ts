// What every command of ./atomicos is: a summary, its options, its help, and the work.

import { usageFailure } from "./failure.ts";
import { type Arguments, type OptionTable, optionHelp, parseArguments } from "./options.ts";

interface Definition<T extends OptionTable> {
  readonly summary: string; // one line of the general help
  readonly options: T;
  readonly names?: string; // how the help writes the arguments without a dash; without it there are none
  readonly details?: string; // the help's last part
  run(given: Arguments<T>): Promise<number>; // the exit status
}

export interface Command {
  readonly summary: string;
  help(name: string): string;
  run(name: string, argv: readonly string[]): Promise<number>;
}

export function command<const T extends OptionTable>(definition: Definition<T>): Command {
  const { summary, options, names, details } = definition;
  const help = (name: string): string =>
    `usage: atomicos ${name} [options]${names === undefined ? "" : ` ${names}`}\n\n` +
    `${summary}\n\n${optionHelp(options)}${details === undefined ? "" : `\n${details}`}`;
  return {
    summary,
    help,
    async run(name, argv) {
      const given = parseArguments(name, options, argv);
      if (given.help) {
        process.stdout.write(help(name));
        return 0;
      }
      if (names === undefined && given.names.length > 0) {
        throw usageFailure(`${name} does not take "${given.names[0]}"`, `see: atomicos ${name} --help`);
      }
      return definition.run(given);
    },
  };
}
