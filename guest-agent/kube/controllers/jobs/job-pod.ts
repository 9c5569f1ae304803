import type { Job } from 'kubernetes-types/batch/v1.js';
import type { EnvVar, Pod, PodSpec } from 'kubernetes-types/core/v1.js';
import type { Stored } from '../../objects/kube-object.ts';
import { randomName } from '../../objects/safe-name.ts';
import { podOf } from '../pod/pod-of.ts';
import { COMPLETION_INDEX, INDEX_FAILURES, TRACKING } from './job-spec.ts';

/** A pod of a Job without indexes. */
export function jobPod(job: Stored<Job>): Pod {
  const prefix = `${job.metadata.name}-`;
  const finalizers = [TRACKING];
  const name = randomName(prefix);
  return podOf(job, job.spec?.template ?? {}, { name, generateName: prefix, finalizers });
}

/** A pod for an index, which the pod finds in JOB_COMPLETION_INDEX and in its host name. */
export function indexedPod(job: Stored<Job>, index: number, failures: number): Pod {
  const prefix = `${job.metadata.name}-${index}-`;
  const pod = podOf(job, job.spec?.template ?? {}, {
    ...{ name: randomName(prefix), generateName: prefix, finalizers: [TRACKING] },
    labels: { [COMPLETION_INDEX]: String(index) },
    annotations: {
      [COMPLETION_INDEX]: String(index),
      ...(job.spec?.backoffLimitPerIndex === undefined
        ? {}
        : { [INDEX_FAILURES]: String(failures) }),
    },
  });
  const hostname = `${job.metadata.name}-${index}`;
  return { ...pod, spec: withIndexVariable({ containers: [], ...pod.spec, hostname }) };
}

function withIndexVariable(spec: PodSpec): PodSpec {
  const name = 'JOB_COMPLETION_INDEX';
  const fieldPath = `metadata.annotations['${COMPLETION_INDEX}']`;
  const variable: EnvVar = { name, valueFrom: { fieldRef: { fieldPath } } };
  const withVariable = <C extends { env?: EnvVar[] }>(container: C): C =>
    container.env?.some((each) => each.name === name)
      ? container
      : { ...container, env: [...(container.env ?? []), variable] };
  return {
    ...spec,
    containers: spec.containers.map(withVariable),
    ...(spec.initContainers ? { initContainers: spec.initContainers.map(withVariable) } : {}),
  };
}
