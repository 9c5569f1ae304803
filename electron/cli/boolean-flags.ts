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
 * Docker users write `--flag=true` and `--flag=false`, which commander doesn't support. Rewrites
 * them as `--flag`, as `--no-flag` if that flag exists, or removes them. Doesn't change operands.
 * If the command's flags end at the first operand, doesn't change the words after it either.
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
      // A flag's value that is a separate word isn't an operand.
      if (option && takesNextWord(option, word)) result.push(...words.slice(++index, index + 1));
    }
  }
  return result;
}

/** The option that a word names. For a cluster (`-it`): the option of its last letter. */
export function findOption(command: Command, word: string): Option | undefined {
  if (word.startsWith('--')) return command.options.find(({ long }) => long === word);
  return command.options.find(({ short }) => short === `-${word.at(-1)}`);
}

/** Whether the next word is the flag's value. */
export function takesNextWord(option: Option, word: string): boolean {
  return option.required && !(word.startsWith('--') && word.includes('='));
}
