import * as z from 'zod';
import { parsePublish } from '../../../../guest-agent/grammar/port.ts';
import { read, spec, text } from './units.ts';

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

/** Reads `[[IP:]HOST:]CONTAINER[/PROTOCOL]`. Throws GrammarError. */
export const parsePorts = (entry: string): ServicePort[] =>
  parsePublish(entry).map(({ hostIp, hostPort, containerPort, protocol }) => ({
    mode: 'ingress',
    ...(hostIp && { host_ip: hostIp }),
    target: containerPort,
    ...(hostPort && { published: hostPort }),
    protocol,
  }));

/** The ports of a service, from short forms: `[[IP:]HOST:]CONTAINER[/PROTOCOL]`. */
export const portsSchema = z
  .array(
    z.union([
      z.union([z.string(), z.number()]).transform(read(parsePorts)),
      longPort.transform((port) => [port]),
    ]),
  )
  .transform((ports) => ports.flat());
