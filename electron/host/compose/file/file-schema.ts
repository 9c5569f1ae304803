import * as z from 'zod';
import { isRecord } from '../../base/is-record.ts';
import { serviceSchema } from './service-schema.ts';
import { boolean, integer, mapOf, mapping, spec, text, texts } from './units.ts';

/** Takes `external: {name: NAME}`, the old form of `external: true` with a name. */
const external = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => {
    if (!isRecord(value) || !isRecord(value.external)) return value;
    return { ...value, external: true, name: value.name ?? value.external.name };
  }, schema);

const network = external(
  spec({
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
      // Docker's model has no options of a driver of addresses.
      options: mapping.transform(() => undefined).optional(),
    }).default({}),
    external: boolean.optional(),
    internal: boolean.optional(),
    attachable: boolean.optional(),
    labels: mapping.optional(),
    enable_ipv4: boolean.optional(),
    enable_ipv6: boolean.optional(),
  }),
);
export type ProjectNetwork = z.output<typeof network>;

const volume = external(
  spec({
    name: text.optional(),
    driver: text.optional(),
    driver_opts: mapping.optional(),
    external: boolean.optional(),
    labels: mapping.optional(),
  }),
);
export type ProjectVolume = z.output<typeof volume>;

const file = external(
  spec({
    name: text.optional(),
    file: text.optional(),
    environment: text.optional(),
    content: text.optional(),
    external: boolean.optional(),
    labels: mapping.optional(),
    driver: text.optional(),
    driver_opts: mapping.optional(),
    template_driver: text.optional(),
  }),
);
export type ProjectFile = z.output<typeof file>;

/** A language model. */
const model = spec({
  name: text.optional(),
  model: text,
  context_size: integer.optional(),
  runtime_flags: texts.optional(),
});

const orDefault = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => value ?? {}, schema);

/** The files of another project, of which later ones override earlier ones. */
export interface IncludedFiles {
  readonly path: readonly string[];
  readonly project_directory?: string | undefined;
  readonly env_file?: readonly string[] | undefined;
}

/** A Compose file with all values in their long form, and the keys of each object in Docker's order. */
export const composeFileSchema = spec({
  version: text.optional(),
  name: text.optional(),
  include: z
    .array(
      z.union([
        text.transform((path): IncludedFiles => ({ path: [path] })),
        spec({
          path: texts,
          project_directory: text.optional(),
          env_file: texts.optional(),
        }).transform((files): IncludedFiles => files),
      ]),
    )
    .optional(),
  services: mapOf(serviceSchema).default({}),
  networks: mapOf(orDefault(network)).default({}),
  volumes: mapOf(orDefault(volume)).default({}),
  secrets: mapOf(file).default({}),
  configs: mapOf(file).default({}),
  models: mapOf(model).default({}),
});
export type ComposeFile = z.output<typeof composeFileSchema>;
