import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { toJsonSchema } from './json-schema.ts';

const accepts = (schema: object) => {
  const validate = new Ajv({ strict: false }).compile(toJsonSchema(schema));
  return (value: unknown) => validate(value);
};

test('only nullable values may be null, and lists and maps, as Go writes empty ones', () => {
  const takes = accepts({
    type: 'object',
    properties: {
      Name: { type: 'string', example: 'x' },
      Note: { type: 'string', 'x-nullable': true },
      Tags: { type: 'array', items: { type: 'string' } },
    },
  });
  expect(takes({ Name: 'a', Note: null, Tags: null })).toBe(true);
  expect(takes({ Name: null })).toBe(false);
  expect(takes({ Tags: [1] })).toBe(false);
});

test('a value of a nullable enumeration may be null', () => {
  const takes = accepts({ type: 'string', enum: ['on', 'off'], 'x-nullable': true });
  expect([takes('on'), takes(null), takes('maybe')]).toEqual([true, true, false]);
});
