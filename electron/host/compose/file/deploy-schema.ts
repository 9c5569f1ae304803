import * as z from 'zod';
import { deviceRequest } from './device-request-schema.ts';
import { duration, integer, mapping, number, replicas, size, spec, text } from './units.ts';

const resources = spec({
  cpus: number.optional(),
  memory: size.optional(),
  pids: integer.optional(),
  devices: z.array(deviceRequest).optional(),
  generic_resources: z
    .array(
      spec({
        discrete_resource_spec: spec({
          kind: text.optional(),
          value: number.optional(),
        }).optional(),
      }),
    )
    .optional(),
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
  replicas: replicas.optional(),
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
    preferences: z.array(spec({ spread: text.optional() })).optional(),
    max_replicas_per_node: integer.optional(),
  }).default({}),
  endpoint_mode: text.optional(),
});
