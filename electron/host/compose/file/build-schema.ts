import * as z from 'zod';
import { boolean, environment, mapping, size, spec, text, texts } from './units.ts';

/** `build`: a context alone, or with options. */
export const buildSchema = z
  .union([
    z.string().transform((context) => ({ context })),
    spec({
      context: text.optional(),
      dockerfile: text.optional(),
      dockerfile_inline: text.optional(),
      args: environment.optional(),
      labels: mapping.optional(),
      cache_from: texts.optional(),
      no_cache: boolean.optional(),
      pull: boolean.optional(),
      extra_hosts: z.union([mapping, z.array(text)]).optional(),
      network: text.optional(),
      target: text.optional(),
      shm_size: size.optional(),
      platforms: texts.optional(),
      tags: texts.optional(),
    }),
  ])
  .transform((build) => ({ dockerfile: 'Dockerfile', context: '.', ...build }));
export type ServiceBuild = Partial<z.output<typeof buildSchema>> & {
  readonly context: string;
  readonly dockerfile: string;
  readonly dockerfile_inline?: string | undefined;
  readonly args?: Record<string, string | null> | undefined;
  readonly labels?: Record<string, string> | undefined;
  readonly no_cache?: boolean | undefined;
  readonly pull?: boolean | undefined;
  readonly network?: string | undefined;
  readonly target?: string | undefined;
  readonly tags?: string[] | undefined;
};
