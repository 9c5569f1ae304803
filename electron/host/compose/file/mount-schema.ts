import { posix, resolve } from 'node:path';
import * as z from 'zod';
import { isHostPath, isPropagation, splitVolume } from '../../../../guest-agent/grammar/volume.ts';
import { HostError } from '../../base/errors.ts';
import { boolean, mapping, size, spec, text } from './units.ts';

/** As Go's `path.Clean`: without a slash at the end, and without `.` and `..`. */
const cleanPath = (path: string) => posix.normalize(path).replace(/(?<=.)\/$/, '');

/** A mount of a service, in the long form. */
const longMount = spec({
  type: z.enum(['volume', 'bind', 'tmpfs', 'image']),
  source: text.optional(),
  target: text.transform(cleanPath),
  read_only: boolean.optional(),
  consistency: text.optional(),
  bind: spec({
    selinux: z.enum(['z', 'Z']).optional(),
    propagation: text.optional(),
    create_host_path: boolean.optional(),
    recursive: text.optional(),
  }).optional(),
  volume: spec({
    labels: mapping.optional(),
    nocopy: boolean.optional(),
    subpath: text.optional(),
  }).optional(),
  tmpfs: spec({ size: size.optional(), mode: z.coerce.number().int().optional() }).optional(),
  image: spec({ subpath: text.optional() }).optional(),
});
export type ServiceMount = z.output<typeof longMount>;

/** A mount in the long form, or `[SOURCE:]TARGET[:MODE]`. */
export const mountSchema = z.union([
  z.string().transform((entry, context) => {
    const mount = parseMount(entry);
    if (typeof mount !== 'string') return mount;
    context.addIssue({ code: 'custom', message: mount });
    return z.NEVER;
  }),
  longMount,
]);

/** Reads a mount of `run --volume`. Relative paths start at `directory`. Throws HostError 'invalid'. */
export function parseMountFlag(text: string, directory: string): ServiceMount {
  const mount = parseMount(text);
  if (typeof mount === 'string') throw new HostError('invalid', mount);
  if (mount.type !== 'bind' || mount.source === undefined) return mount;
  return { ...mount, source: resolve(directory, mount.source) };
}

/** Reads `[SOURCE:]TARGET[:MODE]`; returns what is wrong otherwise. */
export function parseMount(entry: string): ServiceMount | string {
  const volume = splitVolume(entry);
  if (!volume) return `invalid volume: "${entry}"`;
  const { source, target, options = [] } = volume;
  if (source === undefined) return { type: 'volume', target: cleanPath(target), volume: {} };
  const propagation = options.find(isPropagation);
  const selinux = options.includes('z') ? 'z' : options.includes('Z') ? 'Z' : undefined;
  const common = {
    source,
    target: cleanPath(target),
    ...(options.includes('ro') ? { read_only: true } : {}),
  };
  if (!isHostPath(source)) {
    const nocopy = options.includes('nocopy');
    return { type: 'volume', ...common, volume: nocopy ? { nocopy } : {} };
  }
  return {
    type: 'bind',
    ...common,
    bind: {
      ...(selinux ? { selinux } : {}),
      ...(propagation ? { propagation } : {}),
      create_host_path: true,
    },
  };
}
