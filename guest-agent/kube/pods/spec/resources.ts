import { totalmem } from 'node:os';
import type { Container } from 'kubernetes-types/core/v1.js';
import { positiveAmount, type QosClass } from '../../objects/qos-class.ts';

/** The period of CPU limits in microseconds, the kernel's default. */
const CPU_PERIOD = 100_000;
const MINIMUM_QUOTA = 1000;
const MINIMUM_SHARES = 2;

/** The limits of a container as the engine's create request has them. */
export function resourceLimits(container: Container, qos: QosClass) {
  const { limits = {}, requests = {} } = container.resources ?? {};
  const cpuLimit = positiveAmount(limits.cpu);
  const cpuRequest = positiveAmount(requests.cpu) ?? cpuLimit ?? 0;
  const memory = Math.floor(positiveAmount(limits.memory) ?? 0);
  const memoryRequest = positiveAmount(requests.memory) ?? memory;
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
