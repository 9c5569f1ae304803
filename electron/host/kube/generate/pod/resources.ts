import type { ResourceRequirements } from 'kubernetes-types/core/v1.js';
import type { HostConfig } from '../../../../../guest-agent/grammar/engine-types.ts';
import type { Warn } from '../generated.ts';
import { byteQuantity, cpuQuantity } from '../quantity.ts';

/** Limits and reservations of a container. GPUs are resources too. */
export function resourcesOf(host: HostConfig, warn: Warn): ResourceRequirements | undefined {
  const { NanoCpus = 0, CpuQuota = 0, CpuPeriod, Memory = 0, MemoryReservation = 0 } = host;
  const cpus = NanoCpus > 0 ? NanoCpus : CpuQuota > 0 ? (CpuQuota / (CpuPeriod || 1e5)) * 1e9 : 0;
  const limits = {
    ...(cpus > 0 ? { cpu: cpuQuantity(cpus) } : {}),
    ...(Memory > 0 ? { memory: byteQuantity(Memory) } : {}),
    ...gpus(host, warn),
  };
  const requests = MemoryReservation > 0 ? { memory: byteQuantity(MemoryReservation) } : {};
  const resources = {
    ...(Object.keys(limits).length > 0 ? { limits } : {}),
    ...(Object.keys(requests).length > 0 ? { requests } : {}),
  };
  return Object.keys(resources).length > 0 ? resources : undefined;
}

function gpus({ DeviceRequests }: HostConfig, warn: Warn): Record<string, string> {
  const requests = DeviceRequests ?? [];
  const wanted = requests.filter(({ Driver, Capabilities = [] }) => {
    const isGpu = Capabilities?.some((all) => all.includes('gpu')) === true;
    return isGpu && (!Driver || Driver === 'nvidia');
  });
  if (wanted.length < requests.length) warn('devices that a driver provides are omitted');
  if (wanted.length === 0) return {};
  if (wanted.some(({ Count = 0, DeviceIDs }) => Count === -1 || DeviceIDs?.length)) {
    warn('Kubernetes gives a pod a number of GPUs, not all of them and not certain ones');
  }
  const count = wanted.reduce(
    (sum, { Count = 0, DeviceIDs }) => sum + (DeviceIDs?.length || Math.max(1, Count)),
    0,
  );
  return { 'nvidia.com/gpu': String(count) };
}
