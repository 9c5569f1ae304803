import type { Container, Volume } from 'kubernetes-types/core/v1.js';
import type { PodPart } from '../pod/pod-part.ts';

/** Several containers as one pod. */
export interface PodGroup {
  readonly containers: readonly Container[];
  readonly initContainers: readonly Container[];
  readonly volumes: readonly Volume[];
  /** The engine's volumes, each with the name that the pod has for it. */
  readonly claims: ReadonlyMap<string, string>;
}

/** Puts containers into one pod. Those that aren't the first get names of their own for volumes. */
export function groupOf(
  parts: readonly PodPart[],
  initial: readonly (PodPart | Container)[],
): PodGroup {
  const volumes: Volume[] = [];
  const claims = new Map<string, string>();
  const taken = new Set<string>();
  const place = (part: PodPart): Container => {
    const renamed = new Map<string, string>();
    const free = (name: string) =>
      taken.has(name) ? `${part.container.name}-${name}`.slice(0, 63) : name;
    for (const volume of part.volumes) {
      const name = free(volume.name);
      taken.add(name);
      renamed.set(volume.name, name);
      volumes.push({ ...volume, name });
    }
    for (const { name, source } of part.claims) {
      const shared = claims.get(source) ?? free(name);
      taken.add(shared);
      claims.set(source, shared);
      renamed.set(name, shared);
    }
    const { volumeMounts } = part.container;
    if (volumeMounts === undefined) return part.container;
    const mounts = volumeMounts.map((mount) => ({
      ...mount,
      name: renamed.get(mount.name) ?? mount.name,
    }));
    return { ...part.container, volumeMounts: mounts };
  };
  const containers = parts.map(place);
  const initContainers = initial.map((each) => ('container' in each ? asInit(place(each)) : each));
  return { containers, initContainers, volumes, claims };
}

/** Containers that run before others have no probes and no hooks. */
function asInit({ readinessProbe: _, lifecycle: __, ports: ___, ...container }: Container) {
  return container;
}
