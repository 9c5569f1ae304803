import { HostError } from '../../base/errors.ts';
import type { SecretSource } from '../../buildkit/secrets.ts';
import type { ServiceBuild } from '../file/build-schema.ts';
import type { Project, ProjectService } from '../file/project.ts';
import { referredService } from '../file/service-reference.ts';

/** The secrets of a build, by the names that its Dockerfile uses. Throws HostError 'invalid'. */
export function buildSecrets({ secrets }: Project, build: ServiceBuild): SecretSource[] {
  return (build.secrets ?? []).map(({ source, target }) => {
    const id = target || source;
    const { environment, file } = secrets[source] ?? {};
    if (environment !== undefined) return { id, variable: environment };
    if (file !== undefined) return { id, file };
    throw new HostError('invalid', `unsupported external secret ${source}`, {
      hint: 'Berth has no swarm, so use `file` or `environment` instead',
    });
  });
}

/**
 * The builds in an order in which each comes after the services whose images it uses as contexts.
 * Adds these services if their images are missing.
 */
export function inBuildOrder(
  { services }: Project,
  builds: ReadonlyMap<string, ProjectService>,
  present: { has(image: string): boolean },
): Map<string, ProjectService> {
  const ordered = new Map<string, ProjectService>();
  const seen = new Set<string>();
  const add = (image: string, service: ProjectService) => {
    if (seen.has(image)) return;
    seen.add(image);
    const contexts = (service.build as ServiceBuild | undefined)?.additional_contexts ?? {};
    for (const place of Object.values(contexts)) {
      const used = services[referredService(place) ?? ''];
      const isNeeded = used?.build && (builds.has(used.image) || !present.has(used.image));
      if (used && isNeeded) add(used.image, used);
    }
    ordered.set(image, service);
  };
  for (const [image, service] of builds) add(image, service);
  return ordered;
}
