import type { Command, Option } from 'commander';

const VALUES: Readonly<Record<string, boolean>> = {
  true: true,
  t: true,
  1: true,
  false: false,
  f: false,
  0: false,
};

/**
 * Rewrites `--flag=true` and `--flag=false`, which users of Docker write and commander does not
 * know, as `--flag`, as `--no-flag` where there is one, or as nothing. Operands stay as they are,
 * and with them what follows the first one of a command whose flags end there.
 */
export function booleanFlags(command: Command, words: readonly string[]): string[] {
  const flagsEndAtOperand = command.registeredArguments.some((argument) => argument.variadic);
  const result: string[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    if (word === '--' || (!word.startsWith('-') && flagsEndAtOperand)) {
      return [...result, ...words.slice(index)];
    }
    const [, name, value] = /^--([^=]+)=(.*)$/.exec(word) ?? [];
    const option = findOption(command, name === undefined ? word : `--${name}`);
    if (name !== undefined && value !== undefined && option?.isBoolean()) {
      const on = VALUES[value.toLowerCase()];
      if (on === undefined) result.push(word);
      else if (on) result.push(`--${name}`);
      else if (findOption(command, `--no-${name}`)) result.push(`--no-${name}`);
    } else {
      result.push(word);
      // A flag's value in a word of its own is no operand.
      if (option && takesNextWord(option, word)) result.push(...words.slice(++index, index + 1));
    }
  }
  return result;
}

/** The option that a word names; of a cluster (`-it`) the one that its last letter names. */
export function findOption(command: Command, word: string): Option | undefined {
  if (word.startsWith('--')) return command.options.find(({ long }) => long === word);
  return command.options.find(({ short }) => short === `-${word.at(-1)}`);
}

/** The flag's value is the word after this one. */
export function takesNextWord(option: Option, word: string): boolean {
  return option.required && !(word.startsWith('--') && word.includes('='));
}
