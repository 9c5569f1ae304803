import { EngineError } from '../../errors.ts';
import type { HostConfig } from './config.ts';

/**
 * What Docker can do and we can't yet. To leave it out silently would be worse. Throws 'not-implemented'.
 */
export function checkSupported(host: HostConfig): void {
  const bindings = Object.values(host.PortBindings).flat();
  const wanted: readonly [boolean, string][] = [
    [host.PublishAllPorts, 'publishing all exposed ports (-P)'],
    [
      bindings.some(({ HostPort }) => !/^[1-9]\d*$/.test(HostPort)),
      'publishing to a random port or a range of ports',
    ],
  ];
  const missing = wanted.filter(([asked]) => asked).map(([, name]) => name);
  if (missing.length > 0) {
    throw new EngineError('not-implemented', `not possible yet: ${missing.join('; ')}`);
  }
}
