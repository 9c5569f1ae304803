import { expect, test } from 'vitest';
import { parseTrigger } from '../dockerfile/parse.ts';
import { checkStep } from './check-step.ts';

const check = (line: string) => checkStep(parseTrigger(line, '\\'), 2);

test.each([
  'RUN --mount=type=cache,target=/x a',
  'RUN --mount=type=$T,target=/x a',
  'COPY --from=1 --chmod=u+x a b',
  'COPY --chmod=$M a b',
  'COPY <<A /a\nA',
  'ADD --checksum=sha256:1 https://h/a /b',
  'ADD https://h/a.git /b',
])('%s is accepted', (line) => {
  expect(() => check(line)).not.toThrow();
});

test.each([
  ['COPY --from=$x a b', 'variable expansion is not supported for --from', 0],
  ['COPY --from=2 a b', 'invalid stage index 2', 0],
  ['COPY --chmod=99 a b', "invalid chmod parameter: '99'", 1],
  ['COPY https://h/a.git b', "source can't be a git ref for COPY", 1],
  ['COPY https://h/a b', "source can't be a URL for COPY", 1],
  ['ADD --checksum=sha256:1 a b', 'checksum requires HTTP(S) or Git sources', 1],
  ['ADD --checksum=sha256:1 http://h/a http://h/b c', 'for multiple sources', 1],
  ['RUN --mount=type=cach,target=/x a', 'unsupported mount type "cach" (did you mean cache?)', 1],
  ['RUN --device=a.b/c=d x', "builds can't use the device a.b/c=d", 1],
])('%s is refused', (line, message, place) => {
  expect(() => check(line)).toThrow(
    expect.objectContaining({ message: expect.stringContaining(message), line: place }),
  );
});
