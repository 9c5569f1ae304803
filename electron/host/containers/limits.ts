import type { ContainerUpdateRequest } from '../../../guest-agent/contract/engine-types.ts';
import { nanoCpus } from '../../../guest-agent/grammar/cpus.ts';
import type { Limits } from '../../api/containers.ts';
import type { EngineClient } from '../engine/connection/client.ts';
import type { ContainerInspection } from '../engine/container-inspection.ts';
import { inspectContainer, updateContainer } from '../engine/containers.ts';
import { engineInfo } from '../engine/system.ts';

/** Changes a container's limits, immediately if it runs. Returns the engine's warnings. */
export async function changeLimits(
  client: EngineClient,
  id: string,
  limits: Limits,
): Promise<string[]> {
  const container = await inspectContainer(client, id);
  const { NCPU, MemTotal } = await engineInfo(client);
  const machine = { cpus: NCPU, memory: MemTotal };
  const { Warnings } = await updateContainer(client, id, updateRequest(container, limits, machine));
  return Warnings;
}

/**
 * Engines treat zero as "unchanged", so a CPU or memory limit can't be removed. To remove a limit,
 * set it to all that the VM has.
 */
export function updateRequest(
  { HostConfig }: Pick<ContainerInspection, 'HostConfig'>,
  { cpus, memory, pids, restart }: Limits,
  machine: { cpus: number; memory: number },
): ContainerUpdateRequest {
  const request: ContainerUpdateRequest = {};
  if (cpus !== undefined && (cpus !== null || HostConfig.NanoCpus > 0)) {
    request.NanoCpus = nanoCpus(cpus ?? machine.cpus);
  }
  if (memory !== undefined && (memory !== null || HostConfig.Memory > 0)) {
    request.Memory = memory ?? machine.memory;
    request.MemorySwap = swapFor(request.Memory, HostConfig);
  }
  if (pids !== undefined) request.PidsLimit = pids ?? -1;
  if (restart) {
    const { policy, retries } = restart;
    request.RestartPolicy = {
      Name: policy,
      MaximumRetryCount: policy === 'on-failure' ? retries : 0,
    };
  }
  return request;
}

/** Memory plus swap: twice the memory by default, unless the container has another value. */
function swapFor(memory: number, before: ContainerInspection['HostConfig']): number {
  const { Memory, MemorySwap } = before;
  const isDefault = MemorySwap === 0 || MemorySwap === 2 * Memory;
  if (isDefault) return 2 * memory;
  return MemorySwap < 0 ? MemorySwap : Math.max(MemorySwap, memory);
}
