import { expect, test } from 'vitest';
import { isExcluded } from './no-proxy.ts';

test.each([
  ['https://r.example', ['example'], true],
  ['https://example', ['example'], true],
  ['https://r.example', ['.example'], true],
  ['https://r.EXAMPLE', ['*.Example'], true],
  ['https://example', ['.example'], false],
  ['https://badexample', ['example'], false],
  ['https://r.example:5000', ['r.example:5000'], true],
  ['https://r.example', ['r.example:5000'], false],
  ['https://r.example', ['r.example:443'], true],
  ['https://10.1.2.3', ['10.0.0.0/8'], true],
  ['https://11.1.2.3', ['10.0.0.0/8'], false],
  ['https://10.1.2.3', ['10.1.2.3'], true],
  ['https://10.1.2.3:5000', ['10.1.2.3:5000'], true],
  ['https://r.example', ['10.0.0.0/8', 'fd00::/8'], false],
  ['https://[fd00::1]:5000', ['fd00::/8'], true],
  ['https://[fd00::1]', ['fd00::1'], true],
  ['https://[fd00::1]', ['fd00::2'], false],
  ['https://r.example', ['*'], true],
  ['http://127.0.0.1:5000', [], true],
  ['http://localhost:5000', [], true],
  ['https://[::1]', [], true],
  ['https://r.example', [], false],
])('%s with NO_PROXY=%j: %s', (url, exclude, expected) => {
  expect(isExcluded(new URL(url), exclude)).toBe(expected);
});
