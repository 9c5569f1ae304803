import { HostError } from '../../base/errors.ts';
import { loggerOf } from '../../base/log.ts';
import { isLostConnection } from '../../base/lost-connection.ts';
import { Retries } from '../../base/retries.ts';
import { TaskGroup } from '../../base/task-group.ts';
import { isNotFound, KubeApiError } from '../client/api-error.ts';
import { followObjects } from '../client/follow-objects.ts';
import type { KubeClient } from '../client/kube-client.ts';
import { linesOf } from '../client/lines.ts';
import { builtInResource, listPath, podLogPath } from '../client/resources.ts';
import { type ContainerStatus, type Pod, podSchema } from '../objects/pod.ts';
import { listPods, type PodTarget } from './pod-target.ts';

const log = loggerOf('kube');

export interface PodLogLine {
  readonly pod: string;
  readonly container: string;
  /** Whether the pod has other containers. */
  readonly hasOthers: boolean;
  /** RFC 3339. */
  readonly at: string;
  readonly text: string;
}

export interface PodLogOptions {
  readonly container?: string | undefined;
  readonly follow?: boolean;
  /** The run of the container before its last restart. */
  readonly previous?: boolean;
  /** Lines for each container; all by default. */
  readonly tail?: number | undefined;
  /** RFC 3339. */
  readonly since?: string | undefined;
  /** Called once, when `follow` has delivered all lines that were there. */
  readonly onCaughtUp?: () => void;
  /** Called for a container whose log can't be read; others continue. */
  readonly onUnreadable: (pod: string, problem: string) => void;
}

/**
 * Delivers the log lines of pods. With `follow`, continues with new lines, restarts of containers
 * and new pods until `signal` aborts, or until a single named pod has ended. Rejects with HostError
 * 'invalid' if there is no pod.
 */
export async function podLogs(
  client: KubeClient,
  target: PodTarget,
  options: PodLogOptions,
  take: (line: PodLogLine) => void,
  signal: AbortSignal,
): Promise<void> {
  const { container, follow = false } = options;
  const pods = await listPods(client, target, signal);
  if (pods.length === 0 && (target.isSingle || !follow)) {
    throw new HostError('invalid', `${target.what} has no pods in namespace "${target.namespace}"`);
  }
  const known = new Set(pods.flatMap((pod) => statusesOf(pod).map((each) => runOf(pod, each))));
  if (container !== undefined) requireContainer(pods, container);
  if (!follow) {
    for (const pod of pods) {
      for (const name of containersOf(pod, container)) {
        await readOnce(client, pod, name, options, take, signal);
      }
    }
    return;
  }
  const reading = new TaskGroup(signal);
  const read = new Set<string>();
  const behind = new Set(
    pods.flatMap((pod) =>
      statusesOf(pod)
        .filter((status) => isWanted(status, container) && hasOutput(status))
        .map((status) => runOf(pod, status)),
    ),
  );
  if (behind.size === 0) options.onCaughtUp?.();
  const caughtUp = (run: string) => {
    if (behind.delete(run) && behind.size === 0) options.onCaughtUp?.();
  };
  reading.run(async (ending) => {
    const path = listPath(builtInResource('Pod'), target.namespace);
    for await (const change of followObjects(client, path, target.query, ending)) {
      if (change.type === 'DELETED') {
        if (target.isSingle) return;
        continue;
      }
      const changed = change.type === 'LIST' ? change.objects : [change.object];
      for (const pod of changed.map((object) => podSchema.parse(object))) {
        for (const status of statusesOf(pod)) {
          const run = runOf(pod, status);
          if (read.has(run) || !hasOutput(status)) continue;
          if (!isWanted(status, container)) continue;
          read.add(run);
          // The lines of a new run are all new.
          const { tail, since } = known.has(run) ? options : {};
          reading.run((inner) =>
            followRun(
              client,
              { pod, container: status.name, take, caughtUp: () => caughtUp(run) },
              { ...options, tail, since },
              inner,
            ),
          );
        }
        if (target.isSingle && ['Succeeded', 'Failed'].includes(pod.status.phase ?? '')) return;
      }
    }
  });
  await reading.ended();
}

function requireContainer(pods: readonly Pod[], container: string): void {
  const names = [...new Set(pods.flatMap((pod) => containersOf(pod, undefined)))];
  if (pods.length === 0 || names.includes(container)) return;
  throw new HostError('invalid', `container "${container}" doesn't exist`, {
    hint: `Containers: ${names.join(', ')}`,
  });
}

function containersOf({ spec }: Pod, wanted: string | undefined): string[] {
  const names = [...(spec.initContainers ?? []), ...spec.containers].map(({ name }) => name);
  return names.filter((name) => wanted === undefined || name === wanted);
}

const isWanted = ({ name }: ContainerStatus, container: string | undefined) =>
  container === undefined || name === container;

const statusesOf = ({ status }: Pod): readonly ContainerStatus[] => [
  ...(status.initContainerStatuses ?? []),
  ...(status.containerStatuses ?? []),
];

const runOf = ({ metadata }: Pod, { name, restartCount }: ContainerStatus) =>
  `${metadata.uid} ${name} ${restartCount}`;

const hasOutput = ({ state }: ContainerStatus) =>
  state?.running !== undefined || state?.terminated !== undefined;

async function readOnce(
  client: KubeClient,
  pod: Pod,
  container: string,
  { previous, tail, since, onUnreadable }: PodLogOptions,
  take: (line: PodLogLine) => void,
  signal: AbortSignal,
): Promise<void> {
  const query = { container, timestamps: true, previous, tailLines: tail, sinceTime: since };
  try {
    const answer = await client.stream(podLogPath(pod.metadata), { query, signal });
    for await (const line of linesOf(answer, { unfinished: true })) {
      take(lineOf(pod, container, line));
    }
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    // A container that hasn't started yet has no log; so has one that never ran before.
    onUnreadable(pod.metadata.name, error.message);
  }
}

/** The engine's answers about one container; others may work. */
const isUnreadable = (error: unknown): error is KubeApiError =>
  error instanceof KubeApiError && (error.status === 400 || error.status === 404);

interface FollowedRun {
  readonly pod: Pod;
  readonly container: string;
  readonly take: (line: PodLogLine) => void;
  /** Called when the lines that were there have been taken. */
  readonly caughtUp: () => void;
}

/**
 * Follows one run of a container to its end, across lost connections. Where the end of the earlier
 * lines matters, it reads them first, because the API doesn't say where they end.
 */
async function followRun(
  client: KubeClient,
  { pod, container, take, caughtUp }: FollowedRun,
  { tail, since, onCaughtUp, onUnreadable }: PodLogOptions,
  signal: AbortSignal,
): Promise<void> {
  let follow = onCaughtUp === undefined;
  const retries = new Retries(log, `Following the log of ${pod.metadata.name}`);
  let last: string | undefined;
  /** How many lines of that time were shown: several lines may have the same. */
  let shownAtLast = 0;
  while (!signal.aborted) {
    const query = {
      ...{ container, follow, timestamps: true },
      // The time has whole seconds there, so lines may come again.
      ...(last === undefined ? { tailLines: tail, sinceTime: since } : { sinceTime: last }),
    };
    try {
      const answer = await client.stream(podLogPath(pod.metadata), { query, signal });
      const resumedAt = last;
      let repeated = shownAtLast;
      for await (const line of linesOf(answer, { unfinished: true })) {
        const read = lineOf(pod, container, line);
        const isRepeated =
          resumedAt !== undefined &&
          (read.at < resumedAt || (read.at === resumedAt && repeated-- > 0));
        if (read.at !== '' && isRepeated) continue;
        retries.succeeded();
        take(read);
        shownAtLast = read.at === last ? shownAtLast + 1 : 1;
        last = read.at === '' ? last : read.at;
      }
      if (follow) return;
      follow = true;
      caughtUp();
    } catch (error) {
      if (signal.aborted) return;
      if (isNotFound(error)) return caughtUp();
      if (isUnreadable(error)) {
        onUnreadable(pod.metadata.name, error.message);
        return caughtUp();
      }
      const isLost =
        isLostConnection(error) || (error instanceof HostError && error.code === 'connection');
      if (!isLost) throw error;
      await retries.failed(error, signal);
    }
  }
}

function lineOf(pod: Pod, container: string, line: string): PodLogLine {
  const [, at = '', text = line] = /^(\d{4}-\d\d-\d\dT\S+) (.*)$/s.exec(line) ?? [];
  const hasOthers = pod.spec.containers.length + (pod.spec.initContainers ?? []).length > 1;
  return { pod: pod.metadata.name, container, hasOthers, at, text };
}
