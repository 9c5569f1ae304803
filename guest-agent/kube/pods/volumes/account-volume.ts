import type { Container, Pod, Volume, VolumeMount } from 'kubernetes-types/core/v1.js';
import type { PodAccess } from '../../access/pod-access.ts';
import { ROOT_CA } from '../../access/root-ca.ts';
import type { Stored } from '../../objects/kube-object.ts';

/** Where programs look for the access to their cluster. */
const PATH = '/var/run/secrets/kubernetes.io/serviceaccount';

/** No volume of a manifest can have this name. */
const NAME = '.kube-api-access';

/** What every pod finds at PATH, as the cluster itself would write it in a manifest. */
const volume: Volume = {
  name: NAME,
  projected: {
    sources: [
      { serviceAccountToken: { path: 'token' } },
      { configMap: { name: ROOT_CA, items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      {
        downwardAPI: {
          items: [{ path: 'namespace', fieldRef: { fieldPath: 'metadata.namespace' } }],
        },
      },
    ],
  },
};

/** The volumes of a pod, with that of its service account. */
export function volumesOf(pod: Stored<Pod>, access: PodAccess | undefined): readonly Volume[] {
  const own = pod.spec?.volumes ?? [];
  return access?.isMounted(pod) ? [...own, volume] : own;
}

/** The mounts of a container, unless it has one of its own where the account's would be. */
export function volumeMountsOf(
  pod: Stored<Pod>,
  { name, volumeMounts = [] }: Container,
  access: PodAccess | undefined,
): readonly VolumeMount[] {
  const isTaken = volumeMounts.some(({ mountPath }) => mountPath.replace(/\/+$/, '') === PATH);
  // As in Kubernetes, who debugs a pod doesn't act as it.
  const isDebug = pod.spec?.ephemeralContainers?.some((each) => each.name === name);
  if (isTaken || isDebug || !access?.isMounted(pod)) return volumeMounts;
  return [...volumeMounts, { name: NAME, mountPath: PATH, readOnly: true }];
}
