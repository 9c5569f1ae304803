import type { Container, PodSpec } from 'kubernetes-types/core/v1.js';
import type { ImageConfig } from '../../../engine/images/store/image.ts';
import { PodError } from '../pod-error.ts';

/** The user of a container, `UID[:GID]` or the image's. Empty means the image's. */
export function userOf(spec: PodSpec, container: Container, image: ImageConfig): string {
  const security = { ...spec.securityContext, ...defined(container.securityContext ?? {}) };
  const { runAsUser, runAsGroup, runAsNonRoot } = security;
  const [imageUser = '', imageGroup] = (image.User ?? '').split(':');
  if (runAsNonRoot) checkNonRoot(runAsUser, imageUser, container.name);
  if (runAsUser === undefined && runAsGroup === undefined) return '';
  const user = runAsUser === undefined ? imageUser || '0' : String(runAsUser);
  const group = runAsGroup ?? (runAsUser === undefined ? imageGroup : undefined);
  return group === undefined ? user : `${user}:${group}`;
}

/** Fields without a value don't hide the pod's. */
function defined<T extends object>(context: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(context).filter(([, value]) => value !== undefined && value !== null),
  ) as Partial<T>;
}

function checkNonRoot(runAsUser: number | undefined, imageUser: string, name: string): void {
  const refuse = (message: string) => new PodError('CreateContainerConfigError', message);
  if (runAsUser === 0) throw refuse("container's runAsUser breaks non-root policy");
  if (runAsUser !== undefined) return;
  if (imageUser === '' || imageUser === '0') {
    throw refuse(`container has runAsNonRoot and image will run as root (container: ${name})`);
  }
  if (!/^\d+$/.test(imageUser)) {
    throw refuse(
      `container has runAsNonRoot and image has non-numeric user (${imageUser}), cannot verify user is non-root (container: ${name})`,
    );
  }
}

/** The fields of the engine's create request that confine a container. */
export function confinement(spec: PodSpec, container: Container) {
  const pod = spec.securityContext ?? {};
  const own = container.securityContext ?? {};
  const { supplementalGroups = [], fsGroup } = pod;
  const groups = [...supplementalGroups, ...(fsGroup === undefined ? [] : [fsGroup])];
  const profile = own.seccompProfile ?? pod.seccompProfile;
  // In Kubernetes, a container without a profile isn't confined.
  const isConfined = profile !== undefined && profile.type !== 'Unconfined';
  return {
    Privileged: own.privileged ?? false,
    ReadonlyRootfs: own.readOnlyRootFilesystem ?? false,
    CapAdd: own.capabilities?.add ?? [],
    CapDrop: own.capabilities?.drop ?? [],
    GroupAdd: groups.map(String),
    SecurityOpt: [
      ...(own.allowPrivilegeEscalation === false ? ['no-new-privileges'] : []),
      `seccomp=${isConfined ? 'builtin' : 'unconfined'}`,
    ],
    ...(own.procMount === 'Unmasked' && { MaskedPaths: [], ReadonlyPaths: [] }),
  };
}
