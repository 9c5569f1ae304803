import type {
  ConfigMap,
  Event,
  Namespace,
  Node,
  PersistentVolume,
  PersistentVolumeClaim,
  Secret,
  ServiceAccount,
} from 'kubernetes-types/core/v1.js';
import type { StorageClass } from 'kubernetes-types/storage/v1.js';
import * as resources from '../../objects/resources.ts';
import { ageColumn, sinceText } from './age.ts';
import { columnsFor, count, text, wide } from './column.ts';

const none = '<none>';
const unset = '<unset>';
const keysIn = (...maps: (object | undefined)[]) =>
  maps.reduce((sum, map) => sum + Object.keys(map ?? {}).length, 0);

/** Short names of access modes. */
const modes: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
};
const modesText = (names: readonly string[] = []) =>
  names.map((name) => modes[name] ?? name).join(',');

const ROLE = 'node-role.kubernetes.io/';

export const coreColumns = [
  columnsFor<Namespace>(resources.namespaces, [
    text('Status', ({ status }) => status?.phase ?? ''),
    ageColumn,
  ]),
  columnsFor<Node>(resources.nodes, [
    text('Status', ({ spec, status }) => {
      const ready = status?.conditions?.find(({ type }) => type === 'Ready')?.status;
      const words = [ready === 'True' ? 'Ready' : ready === undefined ? 'Unknown' : 'NotReady'];
      return [...words, ...(spec?.unschedulable ? ['SchedulingDisabled'] : [])].join(',');
    }),
    text('Roles', ({ metadata }) => {
      const roles = Object.keys(metadata.labels ?? {}).filter((label) => label.startsWith(ROLE));
      return roles.map((label) => label.slice(ROLE.length)).join(',') || none;
    }),
    ageColumn,
    text('Version', ({ status }) => status?.nodeInfo?.kubeletVersion ?? ''),
    wide('Internal-IP', ({ status }) => addressOf(status, 'InternalIP')),
    wide('External-IP', ({ status }) => addressOf(status, 'ExternalIP')),
    wide('OS-Image', ({ status }) => status?.nodeInfo?.osImage ?? ''),
    wide('Kernel-Version', ({ status }) => status?.nodeInfo?.kernelVersion ?? ''),
    wide('Container-Runtime', ({ status }) => status?.nodeInfo?.containerRuntimeVersion ?? ''),
  ]),
  columnsFor<ConfigMap>(resources.configMaps, [
    count('Data', ({ data, binaryData }) => keysIn(data, binaryData)),
    ageColumn,
  ]),
  columnsFor<Secret>(resources.secrets, [
    text('Type', ({ type }) => type ?? ''),
    count('Data', ({ data }) => keysIn(data)),
    ageColumn,
  ]),
  columnsFor<ServiceAccount>(resources.serviceAccounts, [
    count('Secrets', ({ secrets }) => secrets?.length),
    ageColumn,
  ]),
  columnsFor<PersistentVolumeClaim>(resources.persistentVolumeClaims, [
    text('Status', ({ metadata, status }) =>
      metadata.deletionTimestamp === undefined ? (status?.phase ?? '') : 'Terminating',
    ),
    text('Volume', ({ spec }) => spec?.volumeName ?? ''),
    text('Capacity', ({ spec, status }) =>
      spec?.volumeName ? String(status?.capacity?.storage ?? '') : '',
    ),
    text('Access Modes', ({ spec, status }) =>
      spec?.volumeName ? modesText(status?.accessModes) : '',
    ),
    text('StorageClass', ({ spec }) => spec?.storageClassName ?? ''),
    text('VolumeAttributesClass', ({ spec }) => spec?.volumeAttributesClassName ?? unset),
    ageColumn,
    wide('VolumeMode', ({ spec }) => spec?.volumeMode ?? unset),
  ]),
  columnsFor<PersistentVolume>(resources.persistentVolumes, [
    text('Capacity', ({ spec }) => String(spec?.capacity?.storage ?? '')),
    text('Access Modes', ({ spec }) => modesText(spec?.accessModes)),
    text('Reclaim Policy', ({ spec }) => spec?.persistentVolumeReclaimPolicy ?? ''),
    text('Status', ({ metadata, status }) =>
      metadata.deletionTimestamp === undefined ? (status?.phase ?? '') : 'Terminating',
    ),
    text('Claim', ({ spec }) => {
      const { namespace, name } = spec?.claimRef ?? {};
      return name ? `${namespace}/${name}` : '';
    }),
    text('StorageClass', ({ spec }) => spec?.storageClassName ?? ''),
    text('VolumeAttributesClass', ({ spec }) => spec?.volumeAttributesClassName ?? unset),
    text('Reason', ({ status }) => status?.reason ?? ''),
    ageColumn,
    wide('VolumeMode', ({ spec }) => spec?.volumeMode ?? unset),
  ]),
  columnsFor<StorageClass>(resources.storageClasses, [
    text('Provisioner', ({ provisioner }) => provisioner),
    text('ReclaimPolicy', ({ reclaimPolicy }) => reclaimPolicy ?? 'Delete'),
    text('VolumeBindingMode', ({ volumeBindingMode }) => volumeBindingMode ?? unset),
    text('AllowVolumeExpansion', ({ allowVolumeExpansion = false }) =>
      String(allowVolumeExpansion),
    ),
    ageColumn,
  ]),
];

/** Events begin with their time instead of their name. */
export const eventColumns = columnsFor<Event>(resources.events, [
  text('Last Seen', ({ lastTimestamp, eventTime, metadata }) =>
    sinceText(lastTimestamp ?? eventTime ?? metadata.creationTimestamp),
  ),
  text('Type', ({ type }) => type ?? ''),
  text('Reason', ({ reason }) => reason ?? ''),
  text('Object', ({ involvedObject: { kind, name } }) => `${kind?.toLowerCase()}/${name}`),
  wide('Subobject', ({ involvedObject }) => involvedObject.fieldPath ?? ''),
  wide('Source', ({ source, reportingComponent }) =>
    [source?.component ?? reportingComponent, source?.host].filter(Boolean).join(', '),
  ),
  text('Message', ({ message }) => (message ?? '').trim()),
  wide('First Seen', ({ firstTimestamp, metadata }) =>
    sinceText(firstTimestamp ?? metadata.creationTimestamp),
  ),
  { ...count('Count', ({ count }) => count ?? 1), isWide: true },
  wide('Name', ({ metadata }) => metadata.name),
]);

type Addresses = { readonly addresses?: readonly { type: string; address: string }[] } | undefined;

function addressOf(status: Addresses, wanted: string): string {
  return status?.addresses?.find(({ type }) => type === wanted)?.address ?? none;
}
