import * as z from 'zod';
import { serviceSchema } from './service-schema.ts';
import { boolean, mapOf, mapping, spec, text, texts } from './units.ts';

/** `external: true`, or the old form with a name. */
const external = z.union([boolean, spec({ name: text.optional() }).transform(() => true)]);

const network = spec({
  name: text.optional(),
  driver: text.optional(),
  driver_opts: mapping.optional(),
  ipam: spec({
    driver: text.optional(),
    config: z
      .array(
        spec({
          subnet: text.optional(),
          gateway: text.optional(),
          ip_range: text.optional(),
          aux_addresses: mapping.optional(),
        }),
      )
      .optional(),
    options: mapping.optional(),
  }).default({}),
  external: external.optional(),
  internal: boolean.optional(),
  attachable: boolean.optional(),
  labels: mapping.optional(),
  enable_ipv4: boolean.optional(),
  enable_ipv6: boolean.optional(),
});
export type ProjectNetwork = z.output<typeof network>;

const volume = spec({
  name: text.optional(),
  driver: text.optional(),
  driver_opts: mapping.optional(),
  external: external.optional(),
  labels: mapping.optional(),
});
export type ProjectVolume = z.output<typeof volume>;

const file = spec({
  name: text.optional(),
  file: text.optional(),
  environment: text.optional(),
  content: text.optional(),
  external: external.optional(),
  labels: mapping.optional(),
});
export type ProjectFile = z.output<typeof file>;

const orDefault = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => value ?? {}, schema);

/** A Compose file with all values in their long form. */
export const composeFileSchema = spec({
  version: text.optional(),
  name: text.optional(),
  include: z
    .array(
      z.union([
        text.transform((path) => ({ path: [path] })),
        spec({ path: texts, project_directory: text.optional(), env_file: texts.optional() }),
      ]),
    )
    .optional(),
  services: mapOf(serviceSchema).default({}),
  networks: mapOf(orDefault(network)).default({}),
  volumes: mapOf(orDefault(volume)).default({}),
  secrets: mapOf(file).default({}),
  configs: mapOf(file).default({}),
});
export type ComposeFile = z.output<typeof composeFileSchema>;
