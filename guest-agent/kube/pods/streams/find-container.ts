import type { Container, Pod } from 'kubernetes-types/core/v1.js';
import { KubeError } from '../../kube-error.ts';
import type { ObjectKey, Stored } from '../../objects/kube-object.ts';
import type { Objects } from '../../objects/objects.ts';
import { pods } from '../../objects/resources.ts';

/** Throws KubeError 'NotFound' in the API server's words. */
export function findPod(objects: Objects, key: ObjectKey): Stored<Pod> {
  const pod = objects.get(pods, key);
  if (!pod) throw new KubeError('NotFound', `pods "${key.name}" not found`);
  return pod;
}

/**
 * The container that a client means: the one that it names, or the only one. Throws KubeError
 * 'BadRequest' in the API server's words.
 */
export function chooseContainer(pod: Stored<Pod>, name: string | undefined): Container {
  const { containers = [], initContainers = [], ephemeralContainers = [] } = pod.spec ?? {};
  const pods = pod.metadata.name;
  if (name) {
    const all = [...containers, ...initContainers, ...ephemeralContainers];
    const found = all.find((each) => each.name === name);
    if (found) return found;
    throw new KubeError('BadRequest', `container ${name} is not valid for pod ${pods}`);
  }
  const [only, ...others] = containers;
  if (only && others.length === 0 && initContainers.length === 0) return only;
  const names = (list: readonly Container[]) => list.map((each) => each.name).join(' ');
  if (initContainers.length === 0) {
    throw new KubeError(
      'BadRequest',
      `a container name must be specified for pod ${pods}, choose one of: [${names(containers)}]`,
    );
  }
  throw new KubeError(
    'BadRequest',
    `a container name must be specified for pod ${pods}, choose one of: [${names(containers)}] or one of the init containers: [${names(initContainers)}]`,
  );
}
