import * as z from 'zod';
import type { Random } from '../fixtures/random.ts';

const schemaSchema = z.looseObject({
  $ref: z.string().optional(),
  type: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  example: z.unknown().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  additionalProperties: z.unknown().optional(),
  items: z.unknown().optional(),
  allOf: z.array(z.unknown()).optional(),
});

const TEXTS = [
  '',
  'a',
  'web',
  'busybox',
  '/',
  '80/tcp',
  '1',
  '-1',
  '\0',
  'é',
  'a'.repeat(300),
  'bridge',
  '{"a":["b"]}',
  '[',
  '{',
  '{"a":{"b":false}}',
];
const NUMBERS = [0, 1, -1, 2, 64, 1024, 67108864, 2 ** 31, 2 ** 53, -(2 ** 63), 0.5, 1e300];
const WRONG_CHANCE = 0.04;
const PROPERTY_CHANCE = 0.3;
const DEEPEST = 6;

/** A value as a schema of Swagger 2.0 describes it, and now and then another one. */
export function valueOfSchema(
  random: Random,
  schema: unknown,
  definitions: Readonly<Record<string, unknown>>,
  depth = 0,
): unknown {
  const wrong = [null, '', 0, -1, [], {}, true, 'x', [null], { a: null }];
  if (depth > DEEPEST || random.chance(WRONG_CHANCE)) return random.pickFrom(wrong);
  const parsed = schemaSchema.safeParse(schema);
  if (!parsed.success) return random.pickFrom(wrong);
  const {
    $ref,
    type,
    enum: choices,
    example,
    properties = {},
    items,
    allOf,
    additionalProperties,
  } = parsed.data;
  const inner = (each: unknown) => valueOfSchema(random, each, definitions, depth + 1);
  if ($ref !== undefined) return inner(definitions[$ref.replace('#/definitions/', '')]);
  if (allOf !== undefined) return Object.assign({}, ...allOf.map(inner));
  if (example !== undefined && random.chance(0.3)) return example;
  if (choices !== undefined) return random.pickFrom(choices);
  switch (type) {
    case 'integer':
    case 'number':
      return random.pickFrom(NUMBERS);
    case 'boolean':
      return random.chance(0.5);
    case 'array':
      return random.times(0, 3, () => inner(items));
    case 'object':
      return {
        ...Object.fromEntries(
          random
            .some(Object.entries(properties), PROPERTY_CHANCE)
            .map(([name, each]) => [name, inner(each)]),
        ),
        ...(additionalProperties !== undefined &&
          Object.fromEntries(
            random.times(0, 2, () => [random.pickFrom(TEXTS) ?? '', inner(additionalProperties)]),
          )),
      };
    default:
      return random.pickFrom(TEXTS);
  }
}
