import type { ContainerCreateRequest } from '../../../../../guest-agent/grammar/engine-types.ts';
import { claimOf, DEFAULT_STORAGE } from '../claim.ts';
import type { Generated, KubeManifest } from '../generated.ts';
import { isKubeName, Names } from '../kube-name.ts';
import { podPartOf } from '../pod/pod-part.ts';
import { servicesOf } from '../services.ts';
import { labelsOf, selectorOf, type WorkloadKind, workloadOf } from '../workload.ts';

/** A container by the request that would create it. */
export interface NamedContainer {
  readonly name: string;
  readonly request: ContainerCreateRequest;
}

export interface GenerateOptions {
  /** The default is a plain pod. */
  readonly type?: WorkloadKind | undefined;
  readonly replicas?: number | undefined;
  /** The size of each claim. */
  readonly storage?: string | undefined;
}

/**
 * Manifests for containers: a workload for each, Services for their ports, and claims for their
 * volumes. Containers that share a volume share a claim.
 */
export async function fromContainers(
  containers: readonly NamedContainer[],
  options: GenerateOptions = {},
): Promise<Generated> {
  const names = new Names();
  const claims = new Map<string, KubeManifest>();
  const objects: KubeManifest[] = [];
  const warnings: string[] = [];
  for (const { name: original, request } of containers) {
    const warn = (message: string) => warnings.push(`${original}: ${message}`);
    const name = names.nameFor(`container ${original}`, original);
    if (!isKubeName(original)) warn(`the name in Kubernetes is ${name}`);
    const labels = labelsOf(name);
    const selector = selectorOf(name);
    const part = await podPartOf(request, { name, labels, names, warn });
    for (const { source } of part.claims) {
      const claim = names.nameFor(`volume ${source}`, source);
      claims.set(source, claimOf(claim, options.storage ?? DEFAULT_STORAGE));
    }
    const { type = 'pod', replicas = 1 } = options;
    const { restartPolicy, backoffLimit } = restartOf(request);
    objects.push(...part.objects);
    if (part.ports.ports.length > 0 || type === 'statefulset') {
      objects.push(...servicesOf(part.ports, { name, labels, selector, isHeadless: false, warn }));
    }
    objects.push(
      workloadOf(type, {
        ...{ name, labels, selector, replicas, restartPolicy, backoffLimit },
        annotations: part.annotations,
        // A claim can be mounted on one node only, so the old pod must end first.
        rollout: part.claims.length > 0 ? { strategy: { type: 'Recreate' } } : {},
        claims: [],
        spec: {
          ...part.spec,
          containers: [part.container],
          ...volumesOf(part, names),
        },
      }),
    );
    if (type !== 'pod' && type !== 'job' && restartPolicy !== 'Always') {
      warn('the container has no restart policy "always", but its pods always restart');
    }
  }
  if (claims.size > 0) warnings.push(sizeWarning(options.storage ?? DEFAULT_STORAGE));
  return { objects: [...claims.values(), ...objects], warnings };
}

export const sizeWarning = (storage: string, isFlagged = true): string =>
  `volumes of Docker have no size and their data stays here; each claim asks for ${storage}${isFlagged ? ' (--storage)' : ''}`;

function volumesOf(part: Awaited<ReturnType<typeof podPartOf>>, names: Names) {
  const volumes = [
    ...part.volumes,
    ...part.claims.map(({ name, source }) => ({
      name,
      persistentVolumeClaim: { claimName: names.nameFor(`volume ${source}`, source) },
    })),
  ];
  return volumes.length > 0 ? { volumes } : {};
}

/** The restart policy as a pod has it. */
export function restartOf({ HostConfig }: ContainerCreateRequest) {
  const { Name = 'no', MaximumRetryCount = 0 } = HostConfig?.RestartPolicy ?? {};
  const policies = {
    always: 'Always',
    'unless-stopped': 'Always',
    'on-failure': 'OnFailure',
  } as const;
  const restartPolicy = policies[Name as keyof typeof policies] ?? ('Never' as const);
  const retries = restartPolicy === 'OnFailure' && MaximumRetryCount > 0;
  return { restartPolicy, ...(retries ? { backoffLimit: MaximumRetryCount } : {}) };
}
