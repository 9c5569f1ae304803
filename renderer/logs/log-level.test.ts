import { expect, it } from 'vitest';
import { jsonLine } from './json-line.ts';
import { includesLevel, levelOf } from './log-level.ts';

it.each([
  ['2026-01-02 03:04:05 ERROR relation "orders" does not exist', 'error'],
  ['[error] 31#31: *1 open() failed', 'error'],
  ['level=warn msg="slow request"', 'warning'],
  ['WARN  slow request: /search took 412 ms', 'warning'],
  ['2026-01-02 [Warning] a setting is deprecated', 'warning'],
  ['error: no such file', 'error'],
  ['{"level":"error","msg":"failed"}', 'error'],
  ['{"level":40,"msg":"slow"}', 'warning'],
  ['{"level":"info","msg":"no ERROR here"}', 'other'],
  ['GET /errors 200', 'other'],
  ['INFO 0 errors found', 'other'],
  ['', 'other'],
])('%s: %s', (text, level) => {
  expect(levelOf(text)).toBe(level);
});

it('shows the chosen levels and worse ones', () => {
  expect(includesLevel('all', 'other')).toBe(true);
  expect(includesLevel('warning', 'error')).toBe(true);
  expect(includesLevel('error', 'warning')).toBe(false);
});

it('reads the fields of a JSON line, without its time', () => {
  expect(
    jsonLine('{"time":"2026-01-01","level":"info","msg":"request","status":200,"tags":["a"]}'),
  ).toEqual({
    level: 'info',
    message: 'request',
    rest: [
      ['status', '200'],
      ['tags', '["a"]'],
    ],
  });
  expect(jsonLine('plain text')).toBeUndefined();
  expect(jsonLine('{not json}')).toBeUndefined();
});
