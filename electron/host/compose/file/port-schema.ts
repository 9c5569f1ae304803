import * as z from 'zod';
import { spec, text } from './units.ts';

/** A published port, in the long form. */
const longPort = spec({
  name: text.optional(),
  mode: text.default('ingress'),
  host_ip: text.optional(),
  target: z.coerce.number().int().min(1).max(65_535),
  published: text.optional(),
  protocol: text.default('tcp'),
  app_protocol: text.optional(),
});
export type ServicePort = z.output<typeof longPort>;

const SHORT = /^(?:(?:\[([^\]]+)\]|([^:[\]]*)):)?(?:([\d-]*):)?([\d-]+)(?:\/([a-z]+))?$/;

/** Ports of a service, short forms taken apart: `[[IP:]HOST:]CONTAINER[/PROTOCOL]`. */
export const portsSchema = z
  .array(
    z.union([
      z.union([z.string(), z.number()]).transform((port, context) => {
        const ports = parsePort(String(port));
        if (typeof ports !== 'string') return ports;
        context.addIssue({ code: 'custom', message: ports });
        return z.NEVER;
      }),
      longPort.transform((port) => [port]),
    ]),
  )
  .transform((ports) => ports.flat());

function parsePort(entry: string): ServicePort[] | string {
  const parts = SHORT.exec(normal(entry));
  if (!parts) return `Invalid port: ${entry}`;
  const [, bracketed, plain, published, target = '', protocol = 'tcp'] = parts;
  const container = range(target);
  if (!container) return `Invalid containerPort: ${target}`;
  const host = published ? range(published) : [];
  if (!host) return `Invalid hostPort: ${published}`;
  const hostIp = bracketed ?? plain;
  if (host.length > 0 && container.length > 1 && host.length !== container.length) {
    return `Invalid ranges specified for container and host Ports: ${target} and ${published}`;
  }
  return container.map((port, index) => ({
    mode: 'ingress',
    ...(hostIp ? { host_ip: hostIp } : {}),
    target: port,
    ...(published ? { published: container.length === 1 ? published : `${host[index]}` } : {}),
    protocol,
  }));
}

/** `HOST:CONTAINER` has no address, which the pattern expects before it. */
const normal = (entry: string) => (/^[\d-]*:[\d-]+(\/[a-z]+)?$/.test(entry) ? `:${entry}` : entry);

function range(ports: string): number[] | undefined {
  const [first = Number.NaN, last = first, ...more] = ports.split('-').map(Number);
  if (!(first >= 1 && last >= first && last <= 65_535) || more.length > 0) return undefined;
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
