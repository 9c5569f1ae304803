import { HTTP_PORT_LABEL } from '../../../../guest-agent/contract/labels.ts';
import type { ContainerSummary } from '../../engine/container-schemas.ts';

/**
 * Ports that images commonly expose for other protocols: TLS, mail, databases, queues, names. They
 * aren't for browsers.
 */
const OTHER_PROTOCOLS = new Set([
  ...[21, 22, 25, 53, 110, 143, 389, 443, 465, 587, 636, 993, 995, 1025, 1433, 1521, 1883],
  ...[2181, 3306, 4369, 5432, 5671, 5672, 6379, 8443, 9092, 9300, 11211, 25672, 27017],
]);

/** The container's likely HTTP port: 80, or the lowest other port. */
export function webPort({ Labels, Ports }: Pick<ContainerSummary, 'Labels' | 'Ports'>) {
  const label = Labels[HTTP_PORT_LABEL];
  if (label !== undefined) return /^[1-9]\d{0,4}$/.test(label) ? Number(label) : undefined;
  const ports = Ports.filter(({ Type }) => Type === 'tcp')
    .map(({ PrivatePort }) => PrivatePort)
    .filter((port) => !OTHER_PROTOCOLS.has(port))
    .sort((a, b) => a - b);
  return ports.includes(80) ? 80 : ports[0];
}
