import { HostError } from '../../base/errors.ts';
import type { Project } from '../file/project.ts';
import { mapValues } from '../file/record.ts';

/** The project with a build for each watched service, so that its image has the newest files. */
export function withBuilds(project: Project): Project {
  const services = mapValues(project.services, (service) =>
    service.build && service.develop ? { ...service, pull_policy: 'build' as const } : service,
  );
  return { ...project, services };
}

/** Throws HostError 'invalid' if no service has anything to watch. */
export function requireWatch({ services }: Project): void {
  if (Object.values(services).some(({ develop }) => develop?.watch)) return;
  throw new HostError(
    'invalid',
    'none of the selected services is configured for watch, see https://docs.docker.com/compose/how-tos/file-watch/',
  );
}
