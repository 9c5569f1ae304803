import type {
  Container,
  ContainerStatus,
  Pod,
  PodCondition,
  PodStatus,
} from 'kubernetes-types/core/v1.js';
import type { Stored } from '../../objects/kube-object.ts';
import { qosClass } from '../../objects/qos-class.ts';
import { timestamp } from '../../objects/timestamp.ts';

/** What is known of a pod's containers and network. */
export interface PodFacts {
  readonly containers: readonly ContainerStatus[];
  readonly initContainers: readonly ContainerStatus[];
  readonly debugContainers?: readonly ContainerStatus[];
  readonly podIps: readonly string[];
  readonly hostIp: string;
  readonly startTime: string;
  /** Whether the pod has its network. */
  readonly hasNetwork: boolean;
  /** The init containers have done their work. */
  readonly isInitialized: boolean;
  /** The pod is over although its containers don't say so, such as after its deadline. */
  readonly failure?: { readonly reason: string; readonly message: string } | undefined;
  readonly isTerminating: boolean;
  /** What prevents the pod from beginning, such as an unbound claim. */
  readonly unschedulable?: string | undefined;
}

export const isSidecar = ({ restartPolicy }: Container) => restartPolicy === 'Always';

/** The phase of a pod, from the states of its containers. */
export function podPhase(pod: Stored<Pod>, facts: PodFacts): string {
  if (facts.failure) return 'Failed';
  const before = pod.status?.phase;
  if (before === 'Failed' || before === 'Succeeded') return before;
  const policy = pod.spec?.restartPolicy ?? 'Always';
  const failedInit = facts.initContainers.some(
    ({ name, state }) =>
      !isSidecarNamed(pod, name) && (state?.terminated?.exitCode ?? 0) !== 0 && policy === 'Never',
  );
  if (failedInit) return 'Failed';
  const all = facts.containers;
  const isOver = all.length > 0 && all.every(({ state }) => state?.terminated !== undefined);
  if (facts.isInitialized && isOver) {
    const isGood = all.every(({ state }) => state?.terminated?.exitCode === 0);
    if (facts.isTerminating || policy === 'Never') return isGood ? 'Succeeded' : 'Failed';
    if (policy === 'OnFailure' && isGood) return 'Succeeded';
  }
  const hasRun = ({ state, lastState }: ContainerStatus) =>
    state?.running !== undefined ||
    state?.terminated !== undefined ||
    lastState?.terminated !== undefined;
  return facts.isInitialized && all.every(hasRun) ? 'Running' : 'Pending';
}

function isSidecarNamed({ spec }: Stored<Pod>, name: string): boolean {
  return spec?.initContainers?.some((each) => each.name === name && isSidecar(each)) ?? false;
}

/** The status of a pod. Conditions that others set stay. */
export function podStatus(pod: Stored<Pod>, facts: PodFacts): PodStatus {
  const phase = podPhase(pod, facts);
  const { reason, message } = facts.failure ?? pod.status ?? {};
  return {
    ...pod.status,
    phase,
    conditions: conditions(pod, facts, phase),
    containerStatuses: [...facts.containers],
    ...(facts.initContainers.length > 0
      ? { initContainerStatuses: [...facts.initContainers] }
      : {}),
    ...(facts.debugContainers?.length
      ? { ephemeralContainerStatuses: [...facts.debugContainers] }
      : {}),
    ...(facts.podIps[0] === undefined
      ? {}
      : { podIP: facts.podIps[0], podIPs: facts.podIps.map((ip) => ({ ip })) }),
    hostIP: facts.hostIp,
    hostIPs: [{ ip: facts.hostIp }],
    startTime: facts.startTime,
    qosClass: qosClass(pod.spec ?? { containers: [] }),
    ...(phase === 'Failed' && reason ? { reason } : {}),
    ...(phase === 'Failed' && message ? { message } : {}),
  };
}

type Verdict = Pick<PodCondition, 'type' | 'status'> & Partial<PodCondition>;

function conditions(pod: Stored<Pod>, facts: PodFacts, phase: string): PodCondition[] {
  const before = pod.status?.conditions ?? [];
  const isOver = phase === 'Succeeded' || phase === 'Failed';
  const containersReady = readiness(pod, facts, phase);
  const own: Verdict[] = [
    {
      type: 'PodReadyToStartContainers',
      status: facts.hasNetwork ? 'True' : 'False',
    },
    initialized(pod, facts, phase),
    readyCondition(pod, facts, containersReady),
    { ...containersReady, type: 'ContainersReady' },
    facts.unschedulable === undefined || isOver
      ? { type: 'PodScheduled', status: 'True' }
      : {
          ...{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' },
          message: facts.unschedulable,
        },
  ];
  const others = before.filter(({ type }) => !own.some((each) => each.type === type));
  return [...own.map((verdict) => since(verdict, before)), ...others];
}

/** With the time of its last change. */
function since(verdict: Verdict, before: readonly PodCondition[]): PodCondition {
  const known = before.find(({ type }) => type === verdict.type);
  const lastTransitionTime =
    known?.status === verdict.status && known.lastTransitionTime
      ? known.lastTransitionTime
      : timestamp();
  return { ...verdict, lastTransitionTime };
}

function initialized(pod: Stored<Pod>, facts: PodFacts, phase: string): Verdict {
  if (facts.isInitialized) {
    return {
      ...{ type: 'Initialized', status: 'True' },
      ...(phase === 'Succeeded' ? { reason: 'PodCompleted' } : {}),
    };
  }
  const names = (pod.spec?.initContainers ?? [])
    .map(({ name }) => name)
    .filter((name) => {
      const status = facts.initContainers.find((each) => each.name === name);
      return status?.state?.terminated?.exitCode !== 0 && !status?.ready;
    });
  return {
    ...{ type: 'Initialized', status: 'False', reason: 'ContainersNotInitialized' },
    message: `containers with incomplete status: [${names.join(' ')}]`,
  };
}

function readiness(pod: Stored<Pod>, facts: PodFacts, phase: string): Verdict {
  const type = 'ContainersReady';
  if (phase === 'Succeeded') return { type, status: 'False', reason: 'PodCompleted' };
  if (phase === 'Failed') return { type, status: 'False', reason: 'PodFailed' };
  const sidecars = (pod.spec?.initContainers ?? []).filter(isSidecar).map(({ name }) => name);
  const counted = [
    ...facts.initContainers.filter(({ name }) => sidecars.includes(name)),
    ...facts.containers,
  ];
  const unready = counted.filter(({ ready }) => !ready || facts.isTerminating);
  if (facts.isInitialized && unready.length === 0) return { type, status: 'True' };
  const names = unready.map(({ name }) => name).join(' ');
  return {
    ...{ type, status: 'False', reason: 'ContainersNotReady' },
    message: `containers with unready status: [${names}]`,
  };
}

/** A pod is ready if its containers are, and the conditions of its readiness gates are true. */
function readyCondition(pod: Stored<Pod>, _: PodFacts, containers: Verdict): Verdict {
  if (containers.status !== 'True') return { ...containers, type: 'Ready' };
  const before = pod.status?.conditions ?? [];
  for (const { conditionType } of pod.spec?.readinessGates ?? []) {
    const gate = before.find(({ type }) => type === conditionType);
    if (gate?.status === 'True') continue;
    const message = gate
      ? `the status of pod readiness gate "${conditionType}" is not "True", but ${gate.status}`
      : `corresponding condition of pod readiness gate "${conditionType}" does not exist.`;
    return { type: 'Ready', status: 'False', reason: 'ReadinessGatesNotReady', message };
  }
  return { type: 'Ready', status: 'True' };
}
