import type { Command } from 'commander';
import type { CliContext } from './context.ts';

/** Gives a command its operands, flags and action. */
export type Define = (command: Command, context: CliContext) => void;

/** A command of the table. Its module loads only when the user runs this command. */
export interface Verb {
  readonly summary: string;
  readonly load: () => Promise<Define>;
  readonly aliases?: readonly string[];
  /** Whether help and completion don't show it. */
  readonly isHidden?: boolean;
}

/** A command that only has subcommands: `berth container ...`, `berth kube context ...`. */
export interface Group {
  readonly summary: string;
  readonly verbs: Readonly<Record<string, Verb | Group>>;
  /** Defines flags that may stand before the verb. Each verb defines them too. */
  readonly flags?: (group: Command) => void;
  /** The context of a verb, which may depend on the verb's flags. */
  readonly context?: (context: CliContext, verb: Command) => CliContext;
}

export const isGroup = (entry: Verb | Group): entry is Group => 'verbs' in entry;

/** A command of a module that exports `define`. */
export const verb = (
  summary: string,
  load: () => Promise<{ define: Define }>,
  ...aliases: string[]
): Verb => ({ summary, load: async () => (await load()).define, aliases });

/** A command of Docker that only says why Berth doesn't have it. */
export const notOffered = (summary: string, load: Verb['load']): Verb => ({
  ...{ summary, load, isHidden: true },
});
