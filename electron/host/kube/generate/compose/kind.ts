import type { Project, ProjectService } from '../../../compose/file/project.ts';
import { entriesOf } from '../../../compose/file/record.ts';
import { restartPolicyOf } from '../../../compose/file/restart.ts';
import type { WorkloadKind } from '../workload.ts';

/** How often a service runs, and what Kubernetes does when it exits. */
export interface ServiceKind {
  readonly kind: Exclude<WorkloadKind, 'pod'>;
  readonly restartPolicy: 'Always' | 'OnFailure' | 'Never';
  readonly backoffLimit?: number;
  /** Whether the file says what should happen after an exit. */
  readonly isStated: boolean;
}

/** The workload for a service, by its restart policy, its mode and whether it has volumes of its own. */
export function kindOf(service: ProjectService, hasOwnVolumes: boolean): ServiceKind {
  const policy = policyOf(service);
  const mode = service.deploy?.mode;
  const isJob = policy?.name === 'no' || mode === 'replicated-job' || mode === 'global-job';
  if (isJob) {
    const retries = policy?.name === 'on-failure' ? { backoffLimit: policy.retries } : {};
    const restartPolicy = policy?.name === 'on-failure' ? 'OnFailure' : 'Never';
    return { kind: 'job', restartPolicy, isStated: true, ...retries };
  }
  const always = { restartPolicy: 'Always', isStated: policy !== undefined } as const;
  if (mode === 'global') return { kind: 'daemonset', ...always };
  return { kind: hasOwnVolumes ? 'statefulset' : 'deployment', ...always };
}

/** The restart policy, if the file has one. */
export function policyOf({
  restart,
  deploy,
}: ProjectService): { readonly name: string; readonly retries: number } | undefined {
  if (restart !== undefined) {
    const { Name = 'no', MaximumRetryCount = 0 } = restartPolicyOf(restart);
    return { name: Name || 'no', retries: MaximumRetryCount || 6 };
  }
  const policy = deploy?.restart_policy;
  if (policy === undefined) return undefined;
  const names: Record<string, string> = { none: 'no', 'on-failure': 'on-failure' };
  return { name: names[policy.condition ?? 'any'] ?? 'always', retries: policy.max_attempts ?? 6 };
}

/** Services that others wait for until they have succeeded: they run before these, in their pods. */
export function firstSteps({ services }: Project): Set<string> {
  const names = Object.values(services).flatMap(({ depends_on }) =>
    entriesOf(depends_on)
      .filter(([, { condition }]) => condition === 'service_completed_successfully')
      .map(([name]) => name),
  );
  return new Set(names.filter((name) => name in services));
}
