import { HostError } from '../../base/errors.ts';

/** Throws HostError 'invalid' for the first name that isn't a service of the project. */
export function requireServices(names: Iterable<string>, known: Iterable<string>): void {
  const services = new Set(known);
  for (const name of names) {
    if (!services.has(name)) throw new HostError('invalid', `no such service: ${name}`);
  }
}
