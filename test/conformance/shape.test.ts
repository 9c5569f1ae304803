import { expect, test } from 'vitest';
import { shapeOf } from './shape.ts';

test('tells of fields and types, not of values', () => {
  const shape = shapeOf('[{"a":1,"b":{"c":null}},{"a":"x"}]');
  expect(shape.trim().split('\n')).toEqual([
    ': list',
    '[].a: number',
    '[].a: string',
    '[].b.c: null',
    '[].b: map',
    '[]: map',
  ]);
});

test('takes one document a line, and identifiers as keys', () => {
  const key = 'a'.repeat(64);
  expect(shapeOf(`{"${key}":1}\n{"x":true}\n`)).toBe('.: map\n.<id>: number\n.x: boolean\n');
});
