import type { Pod } from 'kubernetes-types/core/v1.js';
import { hasProcess } from '../../../engine/containers/record/container.ts';
import type { LiveContainer } from '../../../engine/containers/record/live-container.ts';
import { KubeError } from '../../kube-error.ts';
import type { ObjectKey, Stored } from '../../objects/kube-object.ts';
import { currentRun } from '../lifecycle/container-runs.ts';
import type { PodLife } from '../lifecycle/pod-life.ts';
import type { RunnerContext } from '../pod-context.ts';
import type { PodStreams } from '../pod-streams.ts';
import { chooseContainer, findPod } from './find-container.ts';
import { attachToContainer, execInContainer } from './pod-exec.ts';
import { podLogs } from './pod-logs.ts';
import { connectInside } from './port-forward.ts';

/** The streams of the engine's containers, by pods. */
export function openPodStreams(
  { engine, objects }: RunnerContext,
  find: (key: ObjectKey) => PodLife | undefined,
): PodStreams {
  const running = (pod: Stored<Pod>, name: string | undefined): LiveContainer => {
    const container = chooseContainer(pod, name);
    const { phase } = pod.status ?? {};
    if (phase === 'Succeeded' || phase === 'Failed') {
      throw new KubeError(
        'BadRequest',
        `cannot exec into a container in a completed pod; current phase is ${phase}`,
      );
    }
    const live = currentRun(engine, pod, container.name);
    if (live && hasProcess(live.record)) return live;
    throw new KubeError('BadRequest', `container not found ("${container.name}")`);
  };
  return {
    logs: async (key, options) => {
      const pod = findPod(objects, key);
      return podLogs(engine, pod, chooseContainer(pod, options.container), options);
    },
    exec: async (key, options) =>
      execInContainer(engine, running(findPod(objects, key), options.container), options),
    attach: async (key, options) =>
      attachToContainer(engine, running(findPod(objects, key), options.container)),
    connect: async (key, port) => {
      const pod = findPod(objects, key);
      const live = find(key)?.infrastructure;
      if (!live || !hasProcess(live.record)) {
        const phase = pod.status?.phase ?? 'Pending';
        throw new KubeError(
          'BadRequest',
          `unable to forward port because pod is not running. Current status=${phase}`,
        );
      }
      return connectInside(live.record.state.pid, port);
    },
  };
}
