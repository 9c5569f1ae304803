import { expect, test } from 'vitest';
import { shapeOf } from './shape.ts';

test('shows fields and types, not values', () => {
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

test('takes one document per line, and identifiers as keys', () => {
  const key = 'a'.repeat(64);
  expect(shapeOf(`{"${key}":1}\n{"x":true}\n`)).toBe('.: map\n.<id>: number\n.x: boolean\n');
});
