import * as z from 'zod';
import { integer, mapOf, spec } from './units.ts';

/** `ulimits` of a service or a build. */
export const ulimits = mapOf(
  z.union([
    integer,
    spec({ single: integer.optional(), soft: integer.optional(), hard: integer.optional() }),
  ]),
);

export type Ulimits = z.output<typeof ulimits>;
