import { expect, test } from 'vitest';
import { parseTrigger } from '../dockerfile/parse.ts';
import { checkInstruction } from './check.ts';

const check = (line: string) => checkInstruction(parseTrigger(line, '\\'), '\\');

test.each([
  'COPY --from=a --chown=1 --chmod=600 --link --exclude=b c d',
  'ADD --checksum=sha256:1 a b',
  'RUN --network=none a',
  'HEALTHCHECK --start-interval=1s CMD a',
  'ONBUILD RUN a',
])('%s is accepted', (line) => {
  expect(() => check(line)).not.toThrow();
});

test.each([
  ['RUN --mount=type=cache,target=/x a', 'the --mount option requires BuildKit'],
  ['COPY --parents a b', 'the --parents option requires BuildKit'],
  ['COPY --nope a b', 'unknown flag: --nope'],
  ['USER --x a', 'unknown flag: --x'],
  ['ADD a', 'ADD requires at least two arguments, but only one was provided'],
  ['SHELL bash', 'SHELL requires the arguments to be in JSON form'],
  ['ONBUILD FROM a', "FROM isn't allowed as an ONBUILD trigger"],
  ['ONBUILD ONBUILD RUN a', "Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed"],
  ['LABEL a', 'LABEL must have two arguments'],
])('%s is rejected', (line, message) => {
  expect(() => check(line)).toThrow(`dockerfile parse error on line 1: ${message}`);
});
