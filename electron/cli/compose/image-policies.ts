import { HostError } from '../../host/base/errors.ts';
import type { Project, ProjectService } from '../../host/compose/file/project.ts';
import { mapValues } from '../../host/compose/file/record.ts';

export interface ImageFlags {
  readonly build?: boolean;
  readonly pull?: string;
}

const PULL_POLICIES: readonly string[] = ['always', 'missing', 'if_not_present', 'never', 'build'];

/** The project with the policies of `--pull` and `--build`, also for dependencies. */
export function withPolicies(project: Project, { build, pull }: ImageFlags): Project {
  if (pull !== undefined && !PULL_POLICIES.includes(pull)) {
    throw new HostError('invalid', `invalid --pull option "${pull}"`, {
      hint: 'Use always, missing or never.',
    });
  }
  const policyOf = (service: ProjectService) =>
    (build && service.build ? 'build' : pull) ?? service.pull_policy;
  const services = mapValues(project.services, (service) => ({
    ...service,
    pull_policy: policyOf(service),
  }));
  return { ...project, services };
}
