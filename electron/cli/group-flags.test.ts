import { Command } from 'commander';
import { expect, it } from 'vitest';
import { groupFlags } from './group-flags.ts';

const group = new Command()
  .option('-f, --file <path>', '')
  .option('--env-file <path>', '')
  .option('--verbose', '');

it.each([
  [['up', '-f'], [], ['up', '-f']],
  [
    ['-f', 'a', 'logs', '-f'],
    ['--file', 'a'],
    ['logs', '-f'],
  ],
  [['-fa', '--file=b', '-f=c', 'up'], ['--file', 'a', '--file', 'b', '--file', 'c'], ['up']],
  [['--verbose', '--env-file', 'e', 'up'], ['--verbose', '--env-file', 'e'], ['up']],
  [['--verbose=false', 'up'], ['--verbose=false'], ['up']],
  [['--file=', 'up'], ['--file', ''], ['up']],
  [['-f'], [], ['-f']],
  [['--unknown', 'up'], [], ['--unknown', 'up']],
  [['-x', 'up'], [], ['-x', 'up']],
  [[], [], []],
])('%j', (words, flags, rest) => {
  expect(groupFlags(group, words)).toEqual({ flags, rest });
});
