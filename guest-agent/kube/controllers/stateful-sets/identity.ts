import type { StatefulSet } from 'kubernetes-types/apps/v1.js';
import type { Pod, PodTemplateSpec } from 'kubernetes-types/core/v1.js';
import type { KubeObject, Stored } from '../../objects/kube-object.ts';
import { podOf } from '../pod/pod-of.ts';
import { REVISION_HASH } from '../revisions/revisions.ts';
import { claimName } from './claims.ts';

const POD_NAME = 'statefulset.kubernetes.io/pod-name';
const POD_INDEX = 'apps.kubernetes.io/pod-index';

/** The number at the end of the name of a StatefulSet's pod. */
export function ordinalOf(set: Stored<StatefulSet>, pod: Stored<KubeObject>): number | undefined {
  const { name } = set.metadata;
  const ordinal = pod.metadata.name.slice(name.length + 1);
  const isMember = pod.metadata.name === `${name}-${ordinal}` && /^\d+$/.test(ordinal);
  return isMember ? Number(ordinal) : undefined;
}

export function firstOrdinal({ spec }: StatefulSet): number {
  return spec?.ordinals?.start ?? 0;
}

export function revisionOf({ metadata }: Stored<Pod>): string | undefined {
  return metadata.labels?.[REVISION_HASH];
}

/** The pod with this number. It keeps its name, its host name and its volumes when it is replaced. */
export function memberOf(
  set: Stored<StatefulSet>,
  ordinal: number,
  template: PodTemplateSpec,
  revision: string,
): Pod {
  const name = `${set.metadata.name}-${ordinal}`;
  const pod = podOf(set, template, {
    name,
    labels: { [POD_NAME]: name, [POD_INDEX]: String(ordinal), [REVISION_HASH]: revision },
  });
  const claims = set.spec?.volumeClaimTemplates ?? [];
  const names = new Set(claims.map(({ metadata }) => metadata?.name));
  const volumes = [
    ...(pod.spec?.volumes ?? []).filter((volume) => !names.has(volume.name)),
    ...claims.map(({ metadata }) => ({
      name: metadata?.name ?? '',
      persistentVolumeClaim: { claimName: claimName(metadata?.name ?? '', name) },
    })),
  ];
  const { serviceName } = set.spec ?? {};
  return {
    ...pod,
    spec: {
      containers: [],
      ...pod.spec,
      hostname: name,
      ...(serviceName ? { subdomain: serviceName } : {}),
      ...(volumes.length > 0 ? { volumes } : {}),
    },
  };
}
