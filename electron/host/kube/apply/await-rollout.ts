import { HostError } from '../../base/errors.ts';
import { pause } from '../../base/pause.ts';
import { TaskGroup } from '../../base/task-group.ts';
import { KubeApiError } from '../client/api-error.ts';
import { followObjects, type KubeChange } from '../client/follow-objects.ts';
import type { KubeClient } from '../client/kube-client.ts';
import { builtInResource, type KubeResource, listPath } from '../client/resources.ts';
import { eventSchema } from '../objects/event.ts';
import type { KubeObject } from '../objects/kube-object.ts';
import { isReady, type Pod, podProblems, podSchema, podState, readyCount } from '../objects/pod.ts';
import { type Workload, workloadSchema } from '../objects/workload.ts';
import type { ReportProgress } from '../progress.ts';
import { currentPods, REVISION } from '../workloads/current-pods.ts';
import { eventsPath } from '../workloads/follow-events.ts';
import { type RolloutState, rolloutState } from '../workloads/rollout-state.ts';
import { podsOf } from '../workloads/workload-pods.ts';
import { explainFailure } from './explain-failure.ts';

/** An object whose pods must become ready. */
export interface Awaited {
  readonly resource: KubeResource;
  readonly namespace: string;
  readonly name: string;
}

const UNSCHEDULABLE = 'Unschedulable';
/** Warnings of nearly every start: a claim that isn't bound yet, a probe before the server listens. */
const USUAL = ['Unhealthy', 'ProbeWarning', 'FailedScheduling'];
/** What lasts for longer isn't usual. */
const USUAL_MS = 5_000;

const WORKLOADS = [
  ...['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController'],
  ...['Job', 'Pod'],
];

/** Whether an object of this kind has pods to wait for. */
const hasRollout = (kind: string): boolean => WORKLOADS.includes(kind);

/**
 * Waits until workloads run as their specifications say, and reports the states of their pods and
 * the warnings about them. Objects without pods to wait for are ready at once. Rejects with HostError
 * 'timeout' or 'engine' with the reason: what the pods wait for, and the last lines of their logs.
 */
export async function awaitRollout(
  client: KubeClient,
  objects: readonly Awaited[],
  { timeout }: { readonly timeout: number },
  report: ReportProgress,
  signal: AbortSignal,
): Promise<void> {
  const awaited = objects.filter(({ resource }) => hasRollout(resource.kind));
  if (awaited.length === 0) return;
  const deadline = AbortSignal.timeout(timeout * 1000);
  const over = new TaskGroup(AbortSignal.any([signal, deadline]));
  const pending = new Map(awaited.map((each) => [keyOf(each), each]));
  const workloads = new Map<string, Workload>();
  const pods = new Map<string, Pod>();
  const revisions = new Map<string, string>();
  const shown = new Map<string, string>();
  let failure: { readonly of: Workload; readonly text: string } | undefined;

  const say = (
    { kind = '', metadata }: KubeObject,
    state: 'working' | 'done' | 'warning',
    text: string,
  ) => {
    const key = `${kind} ${metadata.namespace} ${metadata.name}`;
    if (text === '' || shown.get(key) === text) return;
    shown.set(key, text);
    report({ kind, name: metadata.name, namespace: metadata.namespace, state, text });
  };
  const look = () => {
    for (const [key, each] of pending) {
      const workload = workloads.get(key);
      if (!workload) continue;
      const own = podsOf(workload, [...pods.values()]);
      const state = each.resource.kind === 'Pod' ? stateOfPod(own[0]) : rolloutState(workload);
      const stuck = currentPods(workload, own, revisions).some((pod) =>
        podProblems(pod).some((one) => one.isFinal),
      );
      if (state.isDone) {
        pending.delete(key);
        say(workload, 'done', state.text);
      } else if (state.failure !== undefined || stuck) {
        failure ??= { of: workload, text: state.failure ?? '' };
        over.end();
      } else say(workload, 'working', state.text);
    }
    if (pending.size === 0) over.end();
  };
  const isOwn = (pod: Pod) =>
    [...workloads.values()].some((each) => podsOf(each, [pod]).length > 0);
  const doubted = new Set<string>();
  /** Warns of what is usual for a moment while a pod starts, if it is still so after a while. */
  const sayIfLasting = (pod: Pod, text: string, isStill: (pod: Pod) => boolean) => {
    const key = `${pod.metadata.uid} ${text}`;
    if (doubted.has(key)) return;
    doubted.add(key);
    over.run(async (ending) => {
      await pause(USUAL_MS, ending);
      const now = pods.get(pod.metadata.uid);
      if (!ending.aborted && now && isStill(now)) say(now, 'warning', text);
      doubted.delete(key);
    });
  };
  const sayPod = (pod: Pod) => {
    if (!isOwn(pod) || pod.metadata.deletionTimestamp) return;
    const [problem] = podProblems(pod);
    const text = problem ? sentence(problem.reason, problem.message) : '';
    if (problem?.reason === UNSCHEDULABLE) {
      const isStill = (now: Pod) => podProblems(now)[0]?.reason === UNSCHEDULABLE;
      sayIfLasting(pod, text, isStill);
    } else if (problem) say(pod, 'warning', text);
    else if (isReady(pod)) say(pod, 'done', 'Ready');
    else say(pod, 'working', `${podState(pod)} ${readyCount(pod)}`);
  };

  for (const each of awaited) {
    const path = listPath(each.resource, each.namespace);
    const query = { fieldSelector: `metadata.name=${each.name}` };
    over.run(async (ending) => {
      for await (const change of followObjects(client, path, query, ending)) {
        const [object] = change.type === 'LIST' ? change.objects : [change.object];
        if (object === undefined || change.type === 'DELETED') {
          throw new HostError('engine', `${each.resource.kind} "${each.name}" was removed`);
        }
        workloads.set(keyOf(each), workloadSchema.parse({ ...object, kind: each.resource.kind }));
        look();
      }
    });
  }
  for (const namespace of new Set(awaited.map((each) => each.namespace))) {
    over.run(async (ending) => {
      const path = listPath(builtInResource('Pod'), namespace);
      for await (const change of followObjects(client, path, {}, ending)) {
        keep(pods, change, (object) => podSchema.parse({ ...object, kind: 'Pod' }));
        for (const object of objectsIn(change)) {
          const pod = pods.get(object.metadata.uid);
          if (pod) sayPod(pod);
        }
        look();
      }
    });
    if (awaited.some((each) => each.resource.kind === 'Deployment')) {
      over.run(async (ending) => {
        const path = listPath(builtInResource('ReplicaSet'), namespace);
        const changes = followObjects(client, path, {}, ending);
        for await (const change of allowed(changes)) {
          keep(revisions, change, ({ metadata }) => metadata.annotations?.[REVISION] ?? '');
          look();
        }
      });
    }
    over.run(async (ending) => {
      const path = eventsPath(namespace);
      for await (const change of allowed(followObjects(client, path, {}, ending))) {
        // What happened before isn't about this rollout.
        if (change.type === 'LIST') continue;
        const event = eventSchema.parse(change.object);
        const pod = [...pods.values()].find(
          (each) => each.metadata.uid === event.involvedObject.uid,
        );
        if (change.type !== 'ADDED' || !pod || !isOwn(pod)) continue;
        const { type, reason, message } = event;
        const text = sentence(reason, message);
        if (type === 'Warning' && USUAL.includes(reason)) {
          sayIfLasting(pod, text, (now) => !isReady(now));
        } else if (type === 'Warning') say(pod, 'warning', text);
        else if (reason === 'Pulling' || reason === 'Pulled') say(pod, 'working', message);
      }
    });
  }
  await over.ended();
  signal.throwIfAborted();
  if (pending.size === 0) return;
  const [first] = [...pending.keys()].flatMap((key) => workloads.get(key) ?? []);
  const workload = failure?.of ?? first;
  const named = workload ?? {
    kind: awaited[0]?.resource.kind,
    metadata: { name: awaited[0]?.name },
  };
  const what = `${named.kind} "${named.metadata.name}"`;
  const message = failure
    ? `${what} can't start${failure.text && `: ${failure.text}`}`
    : `${what} isn't ready after ${timeout} seconds`;
  const own = workload ? podsOf(workload, [...pods.values()]) : [];
  const details = await explainFailure(client, own, signal);
  throw new HostError(failure ? 'engine' : 'timeout', [message, ...details].join('\n'));
}

/** Ends at once if the user isn't allowed to see the objects: then less is known early. */
async function* allowed(changes: AsyncGenerator<KubeChange>): AsyncGenerator<KubeChange> {
  try {
    yield* changes;
  } catch (error) {
    if (!(error instanceof KubeApiError) || error.status !== 403) throw error;
  }
}

const sentence = (reason: string, message: string) =>
  message === '' ? reason : `${reason}: ${message.trim().split('\n')[0]}`;

const keyOf = ({ resource, namespace, name }: Awaited) =>
  `${resource.apiVersion} ${resource.kind} ${namespace} ${name}`;

function stateOfPod(pod: Pod | undefined): RolloutState {
  if (!pod) return { isDone: false, text: '' };
  const { phase } = pod.status;
  if (phase === 'Failed') {
    return { isDone: false, failure: podState(pod), text: podState(pod) };
  }
  return { isDone: phase === 'Succeeded' || isReady(pod), text: '' };
}

const objectsIn = (change: KubeChange) =>
  change.type === 'LIST' ? change.objects : [change.object];

/** Keeps a map of objects by their IDs up to date. */
function keep<T>(map: Map<string, T>, change: KubeChange, read: (object: KubeObject) => T): void {
  if (change.type === 'LIST') map.clear();
  for (const object of objectsIn(change)) {
    if (change.type === 'DELETED') map.delete(object.metadata.uid);
    else map.set(object.metadata.uid, read(object));
  }
}
