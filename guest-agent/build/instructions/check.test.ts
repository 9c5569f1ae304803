import { expect, test } from 'vitest';
import { buildkit, classic } from '../dialect.ts';
import { parseTrigger } from '../dockerfile/parse.ts';
import { checkInstruction } from './check.ts';
import { checkDialect } from './check-flags.ts';

const check = (line: string) => checkInstruction(parseTrigger(line, '\\'), '\\');

test.each([
  'COPY --from=a --chown=1 --chmod=600 --link --exclude=b c d',
  'ADD --checksum=sha256:1 a b',
  'RUN --network=none a',
  'HEALTHCHECK --start-interval=1s CMD a',
  'ONBUILD RUN a',
  'RUN',
  'CMD',
  'ENTRYPOINT []',
])('%s is accepted', (line) => {
  expect(() => check(line)).not.toThrow();
});

test.each([
  ['LABEL a', 'LABEL must have two arguments'],
  ['ENV a=b c', 'Syntax error - can\'t find = in "c". Must be of the form: name=value'],
])('the parser rejects %s', (line, message) => {
  expect(() => check(line)).toThrow(expect.objectContaining({ message, line: 1 }));
});

test.each([
  ['RUN --security=none a', 'security "none" is not valid'],
  [
    'RUN --mount=from=a$b,target=/x a',
    "'from' doesn't support variable expansion, define alias stage instead",
  ],
])('BuildKit rejects %s', (line, message) => {
  const instruction = parseTrigger(line, '\\');
  expect(() => checkInstruction(instruction, '\\')).toThrow(message);
});

test.each([
  ['COPY --nope a b', 'unknown flag: --nope'],
  ['COPY --chwn=1 a b', 'unknown flag: --chwn (did you mean chown?)'],
  ['COPY --chown=1 --chown=2 a b', 'duplicate flag specified: --chown'],
  ['COPY --chown a b', 'missing a value on flag: --chown'],
  ['COPY --link= a b', 'missing a value on flag: --link'],
  ['COPY --link=maybe a b', 'expecting boolean value for flag --link, not: maybe'],
  ['COPY a <<B\nB', 'COPY cannot accept a heredoc as a destination'],
  ['RUN --network=wifi a', 'invalid network mode "wifi"'],
  ['USER --x a', 'unknown flag: --x'],
  ['FROM', 'FROM requires either one or three arguments'],
  ['USER', 'USER requires exactly one argument'],
  ['WORKDIR', 'WORKDIR requires exactly one argument'],
  ['STOPSIGNAL', 'STOPSIGNAL requires exactly one argument'],
  ['MAINTAINER', 'MAINTAINER requires exactly one argument'],
  ['EXPOSE', 'EXPOSE requires at least one argument'],
  ['ENV', 'ENV requires at least one argument'],
  ['VOLUME []', 'VOLUME requires at least one argument'],
  ['COPY', 'COPY requires at least two arguments, but only one was provided'],
  ['COPY []', 'COPY requires at least two arguments, but only one was provided'],
  ['ENV =x', 'ENV names can not be blank'],
  ['LABEL =x', 'LABEL names can not be blank'],
  ['ARG =x', 'ARG names can not be blank'],
  ['ADD a', 'ADD requires at least two arguments, but only one was provided'],
  ['SHELL bash', 'SHELL requires the arguments to be in JSON form'],
  ['ONBUILD FROM a', "FROM isn't allowed as an ONBUILD trigger"],
  ['ONBUILD ONBUILD RUN a', "Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed"],
])('%s is rejected', (line, message) => {
  expect(() => check(line)).toThrow(`dockerfile parse error on line 1: ${message}`);
});

test.each([
  ['RUN --mount=type=cache,target=/x a', '--mount'],
  ['RUN --security=insecure a', '--security'],
  ['COPY --parents a b', '--parents'],
  ['ADD --unpack a b', '--unpack'],
])('only the classic builder refuses %s, and only at this step', (line, flag) => {
  const instruction = parseTrigger(line, '\\');
  expect(() => check(line)).not.toThrow();
  expect(() => checkDialect(instruction, classic)).toThrow(`the ${flag} option requires BuildKit`);
  expect(() => checkDialect(instruction, buildkit)).not.toThrow();
});
