import { totalmem } from 'node:os';
import type { Container, Pod } from 'kubernetes-types/core/v1.js';
import { parseQuantity } from '../../objects/quantity.ts';

export type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort';

const COUNTED = ['cpu', 'memory'] as const;

/** The quality-of-service class of a pod, from the requests and limits of all its containers. */
export function qosClass({ spec }: Pick<Pod, 'spec'>): QosClass {
  const containers = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])];
  const amounts = containers.map(({ resources }) =>
    COUNTED.map((name) => {
      const limit = positive(resources?.limits?.[name]);
      return { limit, request: positive(resources?.requests?.[name]) ?? limit };
    }),
  );
  const all = amounts.flat();
  if (all.every(({ limit, request }) => limit === undefined && request === undefined)) {
    return 'BestEffort';
  }
  const isGuaranteed = all.every(({ limit, request }) => limit !== undefined && limit === request);
  return isGuaranteed ? 'Guaranteed' : 'Burstable';
}

/** Undefined for nothing, and for 0, which Kubernetes doesn't count. */
function positive(quantity: string | undefined): number | undefined {
  const amount = quantity === undefined ? undefined : parseQuantity(quantity);
  return amount === undefined || amount <= 0 ? undefined : amount;
}

/** The period of CPU limits in microseconds, the kernel's default. */
const CPU_PERIOD = 100_000;
const MINIMUM_QUOTA = 1000;
const MINIMUM_SHARES = 2;

/** The limits of a container as the engine's create request has them. */
export function resourceLimits(container: Container, qos: QosClass) {
  const { limits = {}, requests = {} } = container.resources ?? {};
  const cpuLimit = positive(limits.cpu);
  const cpuRequest = positive(requests.cpu) ?? cpuLimit ?? 0;
  const memory = Math.floor(positive(limits.memory) ?? 0);
  const memoryRequest = positive(requests.memory) ?? memory;
  return {
    // Without a request, a pod has the same share as any other container of the engine.
    ...(cpuRequest > 0 && {
      CpuShares: Math.max(MINIMUM_SHARES, Math.floor(cpuRequest * 1024)),
    }),
    ...(cpuLimit !== undefined && {
      CpuPeriod: CPU_PERIOD,
      CpuQuota: Math.max(MINIMUM_QUOTA, Math.floor(cpuLimit * CPU_PERIOD)),
    }),
    // As on any node, containers don't swap.
    ...(memory > 0 && { Memory: memory, MemorySwap: memory }),
    OomScoreAdj: oomScoreAdj(qos, memoryRequest),
  };
}

/** The kubelet's rule: the more of its request a container uses, the sooner it is killed. */
function oomScoreAdj(qos: QosClass, memoryRequest: number): number {
  if (qos === 'Guaranteed') return -997;
  if (qos === 'BestEffort') return 1000;
  const score = 1000 - Math.floor((1000 * memoryRequest) / totalmem());
  return Math.min(Math.max(score, 3), 999);
}
