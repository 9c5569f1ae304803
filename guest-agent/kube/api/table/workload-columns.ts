import type {
  ControllerRevision,
  DaemonSet,
  Deployment,
  ReplicaSet,
  StatefulSet,
} from 'kubernetes-types/apps/v1.js';
import type { CronJob, Job } from 'kubernetes-types/batch/v1.js';
import type { PodTemplateSpec } from 'kubernetes-types/core/v1.js';
import type { LabelSelector } from 'kubernetes-types/meta/v1.js';
import type { KubeObject, Stored } from '../../objects/kube-object.ts';
import * as resources from '../../objects/resources.ts';
import { selectorText } from '../subresources/selector-text.ts';
import { ageColumn, durationText, sinceText } from './age.ts';
import { columnsFor, count, text, wide } from './column.ts';

const none = '<none>';

type Workload = KubeObject & {
  readonly spec?: { readonly template?: PodTemplateSpec; readonly selector?: LabelSelector };
};

const containersOf = (template: PodTemplateSpec | undefined) => template?.spec?.containers ?? [];
const names = wide<Workload>('Containers', ({ spec }) =>
  containersOf(spec?.template)
    .map(({ name }) => name)
    .join(','),
);
const images = wide<Workload>('Images', ({ spec }) =>
  containersOf(spec?.template)
    .map(({ image }) => image)
    .join(','),
);
const selector = wide<Workload>('Selector', ({ spec }) => selectorText(spec?.selector));

export const workloadColumns = [
  columnsFor<Deployment>(resources.deployments, [
    text('Ready', ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 1}`),
    count('Up-to-date', ({ status }) => status?.updatedReplicas),
    count('Available', ({ status }) => status?.availableReplicas),
    ...[ageColumn, names, images, selector],
  ]),
  columnsFor<ReplicaSet>(resources.replicaSets, [
    count('Desired', ({ spec }) => spec?.replicas),
    count('Current', ({ status }) => status?.replicas),
    count('Ready', ({ status }) => status?.readyReplicas),
    ...[ageColumn, names, images, selector],
  ]),
  columnsFor<StatefulSet>(resources.statefulSets, [
    text('Ready', ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 1}`),
    ...[ageColumn, names, images],
  ]),
  columnsFor<DaemonSet>(resources.daemonSets, [
    count('Desired', ({ status }) => status?.desiredNumberScheduled),
    count('Current', ({ status }) => status?.currentNumberScheduled),
    count('Ready', ({ status }) => status?.numberReady),
    count('Up-to-date', ({ status }) => status?.updatedNumberScheduled),
    count('Available', ({ status }) => status?.numberAvailable),
    text('Node Selector', ({ spec }) => {
      const { nodeSelector } = spec?.template.spec ?? {};
      return nodeSelector ? selectorText({ matchLabels: nodeSelector }) : none;
    }),
    ...[ageColumn, names, images, selector],
  ]),
  columnsFor<Job>(resources.jobs, [
    text('Status', jobStatus),
    text('Completions', ({ spec, status }) => {
      const { completions, parallelism = 1 } = spec ?? {};
      const done = status?.succeeded ?? 0;
      if (completions !== undefined) return `${done}/${completions}`;
      return parallelism > 1 ? `${done}/1 of ${parallelism}` : `${done}/1`;
    }),
    text('Duration', ({ status }) => {
      if (status?.startTime === undefined) return '';
      const end = status.completionTime ? Date.parse(status.completionTime) : Date.now();
      return durationText(Math.floor((end - Date.parse(status.startTime)) / 1000));
    }),
    ...[ageColumn, names, images, selector],
  ]),
  columnsFor<CronJob>(resources.cronJobs, [
    text('Schedule', ({ spec }) => spec?.schedule ?? ''),
    text('Timezone', ({ spec }) => spec?.timeZone ?? none),
    text('Suspend', ({ spec }) => (spec?.suspend ? 'True' : 'False')),
    count('Active', ({ status }) => status?.active?.length),
    text('Last Schedule', ({ status }) =>
      status?.lastScheduleTime ? sinceText(status.lastScheduleTime) : none,
    ),
    ageColumn,
    wide('Containers', ({ spec }) =>
      containersOf(spec?.jobTemplate.spec?.template)
        .map(({ name }) => name)
        .join(','),
    ),
    wide('Images', ({ spec }) =>
      containersOf(spec?.jobTemplate.spec?.template)
        .map(({ image }) => image)
        .join(','),
    ),
    wide('Selector', ({ spec }) => selectorText(spec?.jobTemplate.spec?.selector)),
  ]),
  columnsFor<ControllerRevision>(resources.controllerRevisions, [
    text('Controller', ({ metadata }) => {
      const owner = metadata.ownerReferences?.find(({ controller }) => controller);
      if (owner === undefined) return none;
      const [group] = owner.apiVersion.split('/');
      const kind = owner.kind.toLowerCase();
      return `${owner.apiVersion.includes('/') ? `${kind}.${group}` : kind}/${owner.name}`;
    }),
    count('Revision', ({ revision }) => revision),
    ageColumn,
  ]),
];

function jobStatus({ metadata, spec, status }: Stored<Job>): string {
  const has = (wanted: string) =>
    status?.conditions?.some(({ type, status }) => type === wanted && status === 'True');
  if (has('Complete')) return 'Complete';
  if (has('Failed')) return 'Failed';
  if (metadata.deletionTimestamp !== undefined) return 'Terminating';
  if (has('Suspended') || spec?.suspend) return 'Suspended';
  if (has('FailureTarget')) return 'FailureTarget';
  return has('SuccessCriteriaMet') ? 'SuccessCriteriaMet' : 'Running';
}
