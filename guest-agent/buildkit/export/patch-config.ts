import * as z from 'zod';
import { parseDocument } from '../../registry/manifest.ts';

export interface ConfigChanges {
  /** The layers, if they were rewritten. */
  readonly diffIds?: readonly string[] | undefined;
  /** In seconds since 1970. No later time stays, except in the history of the base image. */
  readonly epoch?: number | undefined;
  /** How many steps of the history are the base image's. */
  readonly baseSteps?: number;
  /** What later builds can take from the image: see `inlineCache`. */
  readonly cache?: string | undefined;
}

const configSchema = z.looseObject({
  created: z.string().exactOptional(),
  rootfs: z.looseObject({}),
  history: z.array(z.looseObject({ created: z.string().exactOptional() })).exactOptional(),
});

/** An image's configuration with changes. Without changes, the same bytes. */
export function patchConfig(
  raw: Buffer,
  { diffIds, epoch, baseSteps = 0, cache }: ConfigChanges,
): Buffer {
  if (diffIds === undefined && epoch === undefined && cache === undefined) return raw;
  const config = parseDocument('image configuration', raw, configSchema);
  const clamped = (time: string | undefined) =>
    epoch === undefined || (time !== undefined && Date.parse(time) <= epoch * 1000)
      ? time
      : goTime(epoch);
  const history = config.history?.map((step, place) => {
    const created = place < baseSteps ? step.created : clamped(step.created);
    return { ...(created === undefined ? {} : { created }), ...step, ...{ created } };
  });
  return Buffer.from(
    JSON.stringify({
      ...config,
      ...(config.created === undefined ? {} : { created: clamped(config.created) }),
      ...(diffIds === undefined ? {} : { rootfs: { ...config.rootfs, diff_ids: diffIds } }),
      ...(history === undefined ? {} : { history }),
      ...(cache === undefined ? {} : { 'moby.buildkit.cache.v0': cache }),
    }),
  );
}

/** A time as Go writes it, without a fraction. */
export function goTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}
