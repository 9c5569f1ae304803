import * as z from 'zod';
import { watchExec } from './hook-schema.ts';
import { boolean, spec, text, texts } from './units.ts';

const trigger = spec({
  path: text,
  action: z.enum(['rebuild', 'sync', 'restart', 'sync+restart', 'sync+exec']),
  target: text.optional(),
  exec: watchExec,
  include: texts.optional(),
  ignore: texts.optional(),
  initial_sync: boolean.optional(),
});

/** A path that `watch` follows, and what happens when it changes. */
export type WatchTrigger = z.output<typeof trigger>;

/** `develop`: settings for people who work on the service. */
export const developSchema = spec({ watch: z.array(trigger).optional() });
