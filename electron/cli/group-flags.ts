import type { Command, Option } from 'commander';
import { findOption, takesNextWord } from './boolean-flags.ts';

/** The words of a group's command line: its own flags, and what follows them. */
export interface GroupWords {
  /** With long names, so that a verb's own short flags don't get in their way. */
  readonly flags: readonly string[];
  /** The verb and its words. */
  readonly rest: readonly string[];
}

/**
 * Splits off the flags that stand before a group's verb: `-f a.yaml up -d` is the flags
 * `--file a.yaml` and the rest `up -d`. An unknown flag stays in the rest, for the parser to reject.
 */
export function groupFlags(group: Command, words: readonly string[]): GroupWords {
  const flags: string[] = [];
  let rest = words;
  for (;;) {
    const [word = '', next] = rest;
    const { option, value } = readFlag(group, word);
    if (option?.long === undefined || option.long === null) return { flags, rest };
    if (option.isBoolean() && value !== undefined) {
      flags.push(`${option.long}=${value}`);
      rest = rest.slice(1);
    } else if (!takesNextWord(option, word) || value !== undefined) {
      flags.push(option.long, ...(value === undefined ? [] : [value]));
      rest = rest.slice(1);
    } else if (next === undefined) return { flags, rest };
    else {
      flags.push(option.long, next);
      rest = rest.slice(2);
    }
  }
}

/** The option of `--file`, `--file=VALUE`, `-f` or `-fVALUE`. */
function readFlag(group: Command, word: string): { option?: Option | undefined; value?: string } {
  const [, name = '', value] = /^(--[^=]+)(?:=(.*))?$/s.exec(word) ?? [];
  if (name !== '') {
    return { option: findOption(group, name), ...(value !== undefined && { value }) };
  }
  const [, short = '', attached = ''] = /^(-[^-])(.*)$/s.exec(word) ?? [];
  const option = short === '' ? undefined : findOption(group, short);
  return { option, ...(attached !== '' && { value: attached.replace(/^=/, '') }) };
}
