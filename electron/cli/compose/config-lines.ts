import { HostError } from '../../host/base/errors.ts';
import { serviceHash } from '../../host/compose/apply/hash.ts';
import { inDependencyOrder } from '../../host/compose/file/dependencies.ts';
import type { Project } from '../../host/compose/file/project.ts';
import type { ConfigOptions } from './config-text.ts';

/** The names that a flag of `config` asks for; undefined for the whole project. */
export function linesOf(
  whole: Project,
  project: Project,
  options: ConfigOptions,
): readonly string[] | undefined {
  if (options.services) return inDependencyOrder(whole.services);
  if (options.volumes) return Object.keys(whole.volumes);
  if (options.networks) return Object.keys(whole.networks);
  if (options.models) return Object.values(whole.models).map(({ model }) => model);
  if (options.hash !== undefined) return hashes(whole, options.hash);
  if (options.profiles) return [...whole.profiles].sort();
  if (options.images) return Object.values(project.services).map(({ image }) => image);
  return undefined;
}

/** The hashes of services with these names, or of all services. */
function hashes({ services }: Project, names: string): string[] {
  const chosen = names === '*' ? Object.keys(services) : names.split(',');
  return chosen.sort().map((name) => {
    const service = services[name];
    if (!service) throw new HostError('invalid', `no such service: ${name}`);
    return `${name} ${serviceHash(service)}`;
  });
}
