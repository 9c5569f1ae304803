import * as z from 'zod';
import { type FileReference, fileReference } from './file-reference-schema.ts';
import { type Ulimits, ulimits } from './ulimits.ts';
import { boolean, environment, mapping, size, spec, text, texts } from './units.ts';

/** `build`: a context alone, or with options. */
export const buildSchema = z.union([
  z.string().transform((context) => ({ context })),
  spec({
    context: text.optional(),
    dockerfile: text.optional(),
    dockerfile_inline: text.optional(),
    args: environment.optional(),
    labels: mapping.optional(),
    additional_contexts: mapping.optional(),
    cache_from: texts.optional(),
    cache_to: texts.optional(),
    entitlements: texts.optional(),
    ssh: z.union([texts, mapping]).optional(),
    no_cache: boolean.optional(),
    no_cache_filter: texts.optional(),
    privileged: boolean.optional(),
    // Only Windows has kinds of isolation.
    isolation: text.optional(),
    provenance: text.optional(),
    sbom: text.optional(),
    secrets: z.array(fileReference(() => ({}))).optional(),
    ulimits: ulimits.optional(),
    pull: boolean.optional(),
    extra_hosts: z.union([mapping, z.array(text)]).optional(),
    network: text.optional(),
    target: text.optional(),
    shm_size: size.optional(),
    platforms: texts.optional(),
    tags: texts.optional(),
  }),
]);

/** A build after the files were merged, which give the context and the Dockerfile their defaults. */
export interface ServiceBuild {
  readonly context: string;
  readonly dockerfile: string;
  readonly dockerfile_inline?: string | undefined;
  readonly additional_contexts?: Readonly<Record<string, string>> | undefined;
  readonly args?: Readonly<Record<string, string | null>> | undefined;
  readonly cache_from?: readonly string[] | undefined;
  readonly cache_to?: readonly string[] | undefined;
  readonly entitlements?: readonly string[] | undefined;
  readonly extra_hosts?: Readonly<Record<string, string>> | readonly string[] | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly network?: string | undefined;
  readonly no_cache?: boolean | undefined;
  readonly no_cache_filter?: readonly string[] | undefined;
  readonly platforms?: readonly string[] | undefined;
  readonly privileged?: boolean | undefined;
  readonly provenance?: string | undefined;
  readonly pull?: boolean | undefined;
  readonly sbom?: string | undefined;
  readonly secrets?: readonly FileReference[] | undefined;
  /** Bytes in decimal digits. */
  readonly shm_size?: string | undefined;
  readonly ssh?: Readonly<Record<string, string>> | readonly string[] | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly target?: string | undefined;
  readonly ulimits?: Ulimits | undefined;
}
