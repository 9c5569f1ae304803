import * as z from 'zod';
import { conditionsSchema } from './conditions.ts';
import { kubeObjectSchema } from './kube-object.ts';

const terminatedSchema = z.looseObject({
  exitCode: z.number(),
  signal: z.number().optional(),
  reason: z.string().optional(),
  message: z.string().optional(),
});

const containerStatusSchema = z.looseObject({
  name: z.string(),
  ready: z.boolean().default(false),
  started: z.boolean().nullish(),
  restartCount: z.number().default(0),
  image: z.string().optional(),
  state: z
    .looseObject({
      waiting: z
        .looseObject({ reason: z.string().optional(), message: z.string().optional() })
        .optional(),
      running: z.looseObject({ startedAt: z.string().nullish() }).optional(),
      terminated: terminatedSchema.optional(),
    })
    .optional(),
  lastState: z.looseObject({ terminated: terminatedSchema.optional() }).optional(),
});
export type ContainerStatus = z.output<typeof containerStatusSchema>;

const containerSchema = z.looseObject({
  name: z.string(),
  image: z.string().default(''),
  restartPolicy: z.string().optional(),
  ports: z
    .array(z.looseObject({ name: z.string().optional(), containerPort: z.number() }))
    .nullish(),
});

export const podSchema = kubeObjectSchema.extend({
  spec: z.looseObject({
    containers: z.array(containerSchema),
    initContainers: z.array(containerSchema).nullish(),
    nodeName: z.string().optional(),
  }),
  status: z
    .looseObject({
      phase: z.string().optional(),
      reason: z.string().optional(),
      message: z.string().optional(),
      podIP: z.string().optional(),
      conditions: conditionsSchema,
      initContainerStatuses: z.array(containerStatusSchema).nullish(),
      containerStatuses: z.array(containerStatusSchema).nullish(),
    })
    .default({}),
});
export type Pod = z.output<typeof podSchema>;

/** A container that can't run, and why. */
export interface ContainerProblem {
  readonly container: string;
  /** As Kubernetes names it: `ImagePullBackOff`, `CrashLoopBackOff`. */
  readonly reason: string;
  readonly message: string;
  /** Whether an earlier run of the container has output. */
  readonly hasCrashed: boolean;
  /** Whether waiting can't help. */
  readonly isFinal: boolean;
}

const ORDINARY = ['ContainerCreating', 'PodInitializing'];
const FINAL = ['ImagePullBackOff', 'InvalidImageName', 'ErrImageNeverPull'];

export function isReady({ status }: Pod): boolean {
  return (status.conditions ?? []).some((each) => each.type === 'Ready' && each.status === 'True');
}

export function readyCount({ spec, status }: Pod): string {
  const statuses = status.containerStatuses ?? [];
  return `${statuses.filter(({ ready }) => ready).length}/${spec.containers.length}`;
}

export function restarts({ status }: Pod): number {
  const all = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  return all.reduce((sum, { restartCount }) => sum + restartCount, 0);
}

/** The pod's state in one word, as `kubectl get pods` shows it. */
export function podState(pod: Pod): string {
  const { metadata, spec, status } = pod;
  if (metadata.deletionTimestamp) return 'Terminating';
  const init = status.initContainerStatuses ?? [];
  const unfinished = init.findIndex(
    ({ state, started }) => state?.terminated?.exitCode !== 0 && started !== true,
  );
  const waitingInit = init[unfinished];
  if (waitingInit && status.phase === 'Pending') {
    const reason = stateReason(waitingInit);
    return reason === undefined || ORDINARY.includes(reason)
      ? `Init:${unfinished}/${spec.initContainers?.length ?? init.length}`
      : `Init:${reason}`;
  }
  const reasons = (status.containerStatuses ?? []).map(stateReason).filter(Boolean);
  if (reasons.length > 0 && status.phase !== 'Succeeded') return reasons.at(-1) ?? '';
  return (
    status.reason ?? (status.phase === 'Succeeded' ? 'Completed' : (status.phase ?? 'Unknown'))
  );
}

function stateReason({ state }: ContainerStatus): string | undefined {
  const { waiting, terminated } = state ?? {};
  if (waiting?.reason) return waiting.reason;
  if (!terminated) return undefined;
  if (terminated.reason) return terminated.reason;
  return terminated.signal ? `Signal:${terminated.signal}` : `ExitCode:${terminated.exitCode}`;
}

/** Why containers of a pod can't run. */
export function podProblems({ status }: Pod): ContainerProblem[] {
  const all = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  const problems = all.flatMap((each): ContainerProblem[] => {
    const { name, state, lastState } = each;
    const reason = state?.waiting?.reason ?? '';
    const ended = state?.terminated ?? lastState?.terminated;
    const hasCrashed = ended !== undefined && ended.exitCode !== 0;
    if (reason !== '' && !ORDINARY.includes(reason)) {
      const message = state?.waiting?.message ?? (hasCrashed ? exitOf(ended) : '');
      return [{ container: name, reason, message, hasCrashed, isFinal: FINAL.includes(reason) }];
    }
    if (state?.terminated && hasCrashed) {
      const message = exitOf(state.terminated);
      return [{ container: name, reason: 'Error', message, hasCrashed, isFinal: false }];
    }
    return [];
  });
  const unscheduled = (status.conditions ?? []).find(
    (each) => each.type === 'PodScheduled' && each.status === 'False',
  );
  if (unscheduled === undefined) return problems;
  const { reason = 'Unschedulable', message = '' } = unscheduled;
  return [...problems, { container: '', reason, message, hasCrashed: false, isFinal: false }];
}

const exitOf = ({ exitCode, message }: z.output<typeof terminatedSchema>) =>
  `exit code ${exitCode}${message ? `: ${message.trim()}` : ''}`;
