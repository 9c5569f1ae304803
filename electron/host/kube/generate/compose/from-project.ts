import type { Service } from 'kubernetes-types/core/v1.js';
import { inDependencyOrder } from '../../../compose/file/dependencies.ts';
import { type Project, replicasOf } from '../../../compose/file/project.ts';
import { claimOf, DEFAULT_STORAGE } from '../claim.ts';
import { sizeWarning } from '../containers/from-containers.ts';
import type { Generated, KubeManifest } from '../generated.ts';
import { Names } from '../kube-name.ts';
import { aliasOf, servicesOf } from '../services.ts';
import { labelsOf, selectorOf, workloadOf } from '../workload.ts';
import { fileObjects, secretConfigsOf } from './files.ts';
import { firstSteps, kindOf, type ServiceKind } from './kind.ts';
import { otherNames } from './names-of.ts';
import { placementOf } from './placement.ts';
import { groupOf, type PodGroup } from './pod-group.ts';
import { firstContainers, podsOf } from './pods.ts';
import { rolloutOf } from './rollout.ts';
import { type ServicePart, serviceName, servicePartOf } from './service-part.ts';
import { waitFor } from './waits.ts';
import { projectWarnings, warnOfBuild, warnOfService } from './warnings.ts';

export interface ProjectOptions {
  /** The variables of secrets and configs. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The size of each claim. */
  readonly storage?: string | undefined;
  /**
   * Whether Berth brings the images that the project builds to the cluster, as the app does. Otherwise
   * a warning says that the user has to push them.
   */
  readonly bringsImages?: boolean;
}

/** A pod of the project, before it is a workload. */
interface PlannedPod {
  readonly root: string;
  readonly members: readonly string[];
  readonly group: PodGroup;
  readonly kind: ServiceKind;
}

/** Manifests for a Compose project. */
export async function fromProject(project: Project, options: ProjectOptions): Promise<Generated> {
  const { storage = DEFAULT_STORAGE, bringsImages = false } = options;
  // The app, which brings images, has no flags to name.
  const isFlagged = !bringsImages;
  const names = new Names();
  const warnings: string[] = [];
  const warnOf = (key: string) => (message: string) => {
    warnings.push(`${key}: ${message}`);
  };
  const secretConfigs = await secretConfigsOf(project, options.env);
  const parts = new Map<string, ServicePart>();
  for (const key of inDependencyOrder(project.services)) {
    if (serviceName(names, key) !== key) {
      warnOf(key)(`is reached by the name ${serviceName(names, key)} in Kubernetes`);
    }
    const part = await servicePartOf(project, key, { names, secretConfigs }, warnOf(key));
    if (!bringsImages) warnOfBuild(part.service, warnOf(key));
    warnOfService(part.service, warnOf(key));
    parts.set(key, part);
  }
  const partOf = (key: string): ServicePart => {
    const part = parts.get(key);
    if (part === undefined) throw new Error(`no service ${key}`);
    return part;
  };
  for (const key of firstSteps(project)) {
    warnOf(key)('runs in the pods of the services that wait for it, each time a pod starts');
  }
  const services = serviceObjects(project, partOf, names, warnOf);
  const pods = planPods(project, partOf, services);
  const claims = new Map<string, KubeManifest>();
  const workloads = pods.map((pod) => workload(pod));
  const files = await fileObjects(project, names, options.env, secretConfigs);
  const unstated = pods.filter(({ kind }) => !kind.isStated).map(({ root }) => root);
  const hasClaims = pods.some(({ group }) => group.claims.size > 0);
  return {
    objects: [
      ...files,
      ...[...parts.values()].flatMap(({ objects }) => objects),
      ...claims.values(),
      ...[...services.values()].flat(),
      ...workloads,
    ],
    warnings: [
      ...warnings,
      ...projectWarnings(project, unstated, isFlagged),
      ...(hasClaims ? [sizeWarning(storage, isFlagged)] : []),
    ],
  };

  function workload({ root, members, group, kind }: PlannedPod): KubeManifest {
    const { service } = partOf(root);
    const warn = warnOf(root);
    const name = serviceName(names, root);
    const own = kind.kind === 'statefulset' ? [...group.claims] : [];
    const isOwn = ([source]: [string, string]) => !isShared(pods, source, project);
    const templates = own.filter(isOwn).map(([, volume]) => claimOf(volume, storage));
    const shared = [...group.claims].filter((claim) => own.length === 0 || !isOwn(claim));
    const replicas = replicasOf(service);
    if (templates.length > 0 && replicas > 1) warn('each pod gets volumes of its own');
    for (const [source] of shared) {
      const claim = claimName(source);
      if (project.volumes[source]?.external)
        warn(`volume ${source} is external; create the claim ${claim}`);
      else claims.set(source, claimOf(claim, storage, labelsOf(claim, project.name)));
    }
    const volumes = [
      ...group.volumes,
      ...shared.map(([source, volume]) => ({
        name: volume,
        persistentVolumeClaim: { claimName: claimName(source) },
      })),
    ];
    const annotations = members.map((key) => partOf(key).annotations);
    return workloadOf(kind.kind, {
      name,
      labels: labelsOf(name, project.name),
      selector: selectorOf(name, project.name),
      annotations: Object.assign({}, ...annotations),
      workloadAnnotations: service.deploy?.labels ?? {},
      spec: {
        ...partOf(root).spec,
        ...placementOf(service, warn),
        ...(group.initContainers.length > 0 ? { initContainers: [...group.initContainers] } : {}),
        containers: [...group.containers],
        ...(volumes.length > 0 ? { volumes } : {}),
      },
      replicas,
      claims: templates,
      rollout: rolloutOf(service, shared.length > 0, warn),
      restartPolicy: kind.restartPolicy,
      backoffLimit: kind.backoffLimit,
    });
  }

  function claimName(source: string): string {
    return names.nameFor(`volume ${source}`, source);
  }
}

/** The Services of each service, the one with its own name first. */
function serviceObjects(
  project: Project,
  partOf: (key: string) => ServicePart,
  names: Names,
  warnOf: (key: string) => (message: string) => void,
): Map<string, Service[]> {
  const first = firstSteps(project);
  const found = new Map<string, Service[]>();
  for (const [root, members] of podsOf(project, first)) {
    const all = members.map((key) => partOf(key).ports);
    const ports = {
      ports: all.flatMap((each) => each.ports),
      published: all.flatMap((each) => each.published),
    };
    const { service, claims } = partOf(root);
    const { kind } = kindOf(service, claims.length > 0);
    if (kind === 'job' && ports.ports.length === 0) continue;
    const name = serviceName(names, root);
    const objects = servicesOf(ports, {
      name,
      labels: labelsOf(name, project.name),
      selector: selectorOf(name, project.name),
      isHeadless: kind === 'statefulset' || service.deploy?.endpoint_mode === 'dnsrr',
      warn: warnOf(root),
    });
    const [main] = objects;
    const aliases = main
      ? otherNames(project, root, warnOf(root)).map((alias) => aliasOf(main, alias))
      : [];
    found.set(root, [...objects, ...aliases]);
  }
  return found;
}

function planPods(
  project: Project,
  partOf: (key: string) => ServicePart,
  services: ReadonlyMap<string, readonly Service[]>,
): PlannedPod[] {
  const groups = [...podsOf(project, firstSteps(project))].map(([root, members]) => {
    const steps = firstContainers(project, members, {
      partOf,
      waitFor(key) {
        const [service] = services.get(key) ?? [];
        return service && waitFor(service);
      },
    });
    return { root, members, group: groupOf(members.map(partOf), steps) };
  });
  return groups.map((pod) => {
    const hasOwn = [...pod.group.claims.keys()].some((key) => !isShared(groups, key, project));
    return { ...pod, kind: kindOf(partOf(pod.root).service, hasOwn) };
  });
}

/** Whether a volume isn't only of one pod. */
function isShared(
  pods: readonly { readonly group: PodGroup }[],
  source: string,
  { volumes }: Project,
): boolean {
  const users = pods.filter(({ group }) => group.claims.has(source));
  return users.length > 1 || volumes[source]?.external === true;
}
