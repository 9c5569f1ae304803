import * as z from 'zod';
import { boolean, mapping, size, spec, text } from './units.ts';

/** What a service mounts, in the long form. */
const longMount = spec({
  type: z.enum(['volume', 'bind', 'tmpfs', 'image']),
  source: text.optional(),
  target: text,
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

function parseMount(entry: string): ServiceMount | string {
  // The colon of a Windows drive separates nothing.
  const drive = /^[a-zA-Z]:[\\/]/.test(entry) ? entry.slice(0, 2) : '';
  const [first = '', second, modes, ...more] = entry.slice(drive.length).split(':');
  if (entry === '' || second === '' || more.length > 0) return `invalid volume: "${entry}"`;
  if (second === undefined) return { type: 'volume', target: drive + first, volume: {} };
  const source = drive + first;
  const isBind = /^[.~/\\]/.test(source) || drive !== '';
  const words = new Set(modes?.split(','));
  const propagation = [...words].find((word) => /^r?(private|shared|slave)$/.test(word));
  const selinux = words.has('z') ? 'z' : words.has('Z') ? 'Z' : undefined;
  return {
    type: isBind ? 'bind' : 'volume',
    source,
    target: second,
    ...(words.has('ro') ? { read_only: true } : {}),
    ...(isBind
      ? {
          bind: {
            ...(selinux ? { selinux } : {}),
            ...(propagation ? { propagation } : {}),
            create_host_path: true,
          },
        }
      : { volume: words.has('nocopy') ? { nocopy: true } : {} }),
  };
}
