import * as z from 'zod';
import { extraHosts } from './extra-hosts-schema.ts';
import { type FileReference, fileReference } from './file-reference-schema.ts';
import { type Ulimits, ulimits } from './ulimits.ts';
import { boolean, environment, mapping, size, spec, text, texts } from './units.ts';

/** SSH agents and keys, as `NAME` or `NAME=PATH`. */
const sshAgents = z.union([
  texts,
  mapping.transform((map) =>
    Object.entries(map).map(([name, path]) => (path === '' ? name : `${name}=${path}`)),
  ),
]);

/** `build`: a context alone, or with options. */
export const buildSchema = z.union([
  z.string().transform((context) => ({ context })),
  spec({
    context: text.optional(),
    dockerfile: text.optional(),
    dockerfile_inline: text.optional(),
    entitlements: texts.optional(),
    args: environment.optional(),
    provenance: text.optional(),
    sbom: text.optional(),
    ssh: sshAgents.optional(),
    labels: mapping.optional(),
    cache_from: texts.optional(),
    cache_to: texts.optional(),
    no_cache: boolean.optional(),
    additional_contexts: mapping.optional(),
    pull: boolean.optional(),
    extra_hosts: extraHosts.optional(),
    // Only Windows has kinds of isolation.
    isolation: text.optional(),
    network: text.optional(),
    target: text.optional(),
    secrets: z.array(fileReference(() => ({}))).optional(),
    shm_size: size.optional(),
    tags: texts.optional(),
    ulimits: ulimits.optional(),
    platforms: texts.optional(),
    privileged: boolean.optional(),
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
  readonly extra_hosts?: readonly string[] | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly network?: string | undefined;
  readonly no_cache?: boolean | undefined;
  readonly platforms?: readonly string[] | undefined;
  readonly privileged?: boolean | undefined;
  readonly provenance?: string | undefined;
  readonly pull?: boolean | undefined;
  readonly sbom?: string | undefined;
  readonly secrets?: readonly FileReference[] | undefined;
  /** Bytes in decimal digits. */
  readonly shm_size?: string | undefined;
  readonly ssh?: readonly string[] | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly target?: string | undefined;
  readonly ulimits?: Ulimits | undefined;
}
