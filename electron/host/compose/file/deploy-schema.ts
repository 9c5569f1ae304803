import * as z from 'zod';
import { duration, integer, mapping, number, size, spec, text } from './units.ts';

const resources = spec({
  cpus: number.optional(),
  memory: size.optional(),
  pids: integer.optional(),
  devices: z.unknown().optional(),
});

const updateConfig = spec({
  parallelism: integer.optional(),
  delay: duration.optional(),
  failure_action: text.optional(),
  monitor: duration.optional(),
  max_failure_ratio: number.optional(),
  order: text.optional(),
});

/** `deploy`, in its long form. */
export const deploySchema = spec({
  mode: text.optional(),
  replicas: integer.optional(),
  labels: mapping.optional(),
  update_config: updateConfig.optional(),
  rollback_config: updateConfig.optional(),
  resources: spec({ limits: resources.optional(), reservations: resources.optional() }).default({}),
  restart_policy: spec({
    condition: text.optional(),
    delay: duration.optional(),
    max_attempts: integer.optional(),
    window: duration.optional(),
  }).optional(),
  placement: spec({
    constraints: z.array(text).optional(),
    preferences: z.unknown().optional(),
    max_replicas_per_node: integer.optional(),
  }).default({}),
  endpoint_mode: text.optional(),
});
