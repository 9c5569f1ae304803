import { Command } from 'commander';
import { expect, test } from 'vitest';
import { booleanFlags } from './boolean-flags.ts';

const run = new Command('run')
  .argument('<image>')
  .argument('[arg...]')
  .option('-i, --interactive')
  .option('--rm')
  .option('--no-sig-proxy')
  .option('--sig-proxy')
  .option('-e, --env <value>');

test.each([
  [
    ['--rm=true', 'image'],
    ['--rm', 'image'],
  ],
  [['--rm=false', 'image'], ['image']],
  [
    ['--sig-proxy=false', 'image'],
    ['--no-sig-proxy', 'image'],
  ],
  [
    ['--rm=maybe', 'image'],
    ['--rm=maybe', 'image'],
  ],
  [
    ['--env=--rm=false', 'image'],
    ['--env=--rm=false', 'image'],
  ],
  [
    ['-ie', 'A', '--rm=1', 'image', '--rm=0'],
    ['-ie', 'A', '--rm', 'image', '--rm=0'],
  ],
  [
    ['--', '--rm=0'],
    ['--', '--rm=0'],
  ],
])('%j becomes %j', (words, rewritten) => {
  expect(booleanFlags(run, words)).toEqual(rewritten);
});
