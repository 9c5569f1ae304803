import * as z from 'zod';
import { EngineError } from '../../../errors.ts';
import { writeCgroup } from '../../../runtime/cgroup/cgroup.ts';
import { removedDiskLimits } from '../../../runtime/cgroup/disk-limits.ts';
import { resources } from '../../../runtime/spec/resources.ts';
import type { Engine } from '../../engine.ts';
import { retryAfterExit } from '../process/retry-after-exit.ts';
import { hasProcess } from '../record/container.ts';
import { publishContainerEvent } from '../record/event.ts';
import type { LiveContainer } from '../record/live-container.ts';
import { type HostConfig, hostConfigSchema } from '../request/config.ts';
import { diskFields, resourceFields } from '../request/resource-fields.ts';
import { checkResources, resourceWarnings } from '../request/resource-limits.ts';
import { checkRestartPolicy } from './restart-policy.ts';

/**
 * Body of `POST /containers/{id}/update`. Fields that are zero or absent change nothing. Since API
 * 1.55, lists of disks replace the current ones.
 */
export const updateRequestSchema = z.object({
  ...resourceFields,
  ...diskFields,
  RestartPolicy: z
    .looseObject({ Name: z.string().nullish() })
    .nullish()
    .transform((policy) =>
      policy?.Name ? hostConfigSchema.shape.RestartPolicy.parse(policy) : undefined,
    ),
});
export type UpdateRequest = z.infer<typeof updateRequestSchema>;

/**
 * Changes a container's restart policy and limits. The limits of a running container change
 * immediately. Returns warnings. Rejects with 'invalid' or 'conflict' in Docker's words, and then
 * changes nothing.
 */
export async function updateContainer(
  engine: Engine,
  container: LiveContainer,
  request: UpdateRequest,
): Promise<string[]> {
  checkResources(request, { update: true });
  if (request.RestartPolicy) checkRestartPolicy(request.RestartPolicy);
  const update = async () => {
    const { record } = container;
    if (['removing', 'dead'].includes(record.state.status)) {
      throw refusal(record.id, 'Container is marked for removal and cannot be "update".');
    }
    const hostConfig = updatedHostConfig(record.hostConfig, request, record.id);
    // Also for a stopped container, which couldn't be started with a disk that doesn't exist.
    const { devices: _, ...limits } = resources(hostConfig);
    if (hasProcess(record)) {
      const removed = removedDiskLimits(record.hostConfig, hostConfig);
      await engine.crun.update(record.id, withoutLimits(limits, request)).catch((cause) => {
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw new EngineError('internal', `Cannot update container ${record.id}: ${reason}`, {
          cause,
        });
      });
      for (const { file, line } of removed) await writeCgroup(record, file, line);
    }
    await engine.containers.save(container, { ...record, hostConfig });
    publishContainerEvent(engine, container.record, 'update');
  };
  await retryAfterExit(engine, container, () => container.lock.run(update));
  return resourceWarnings(request);
}

/** The request as versions of the API before 1.55 understand it: they ignore limits for disks. */
export function withoutDiskLimits(request: UpdateRequest): UpdateRequest {
  return {
    ...request,
    ...Object.fromEntries(Object.keys(diskFields).map((field) => [field, null])),
  };
}

/** Merges the settings of the request into the current ones. Throws EngineError 'conflict'. */
export function updatedHostConfig(
  host: HostConfig,
  request: UpdateRequest,
  containerId: string,
): HostConfig {
  const swap = host.MemorySwap || host.Memory * 2;
  const conflicts: readonly [boolean, string][] = [
    [
      request.NanoCpus > 0 && host.CpuPeriod > 0,
      'Conflicting options: Nano CPUs cannot be updated as CPU Period has already been set',
    ],
    [
      request.NanoCpus > 0 && host.CpuQuota > 0,
      'Conflicting options: Nano CPUs cannot be updated as CPU Quota has already been set',
    ],
    [
      request.CpuPeriod > 0 && host.NanoCpus > 0,
      'Conflicting options: CPU Period cannot be updated as NanoCPUs has already been set',
    ],
    [
      request.CpuQuota > 0 && host.NanoCpus > 0,
      'Conflicting options: CPU Quota cannot be updated as NanoCPUs has already been set',
    ],
    [
      swap > 0 && request.Memory > swap && request.MemorySwap === 0,
      'Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time',
    ],
    [
      host.AutoRemove && request.RestartPolicy !== undefined && request.RestartPolicy.Name !== 'no',
      'Restart policy cannot be updated because AutoRemove is enabled for the container',
    ],
  ];
  const conflict = conflicts.find(([holds]) => holds);
  if (conflict) throw refusal(containerId, conflict[1]);
  return {
    ...host,
    Memory: request.Memory || host.Memory,
    MemorySwap: request.MemorySwap || swap,
    MemoryReservation: request.MemoryReservation || host.MemoryReservation,
    NanoCpus: request.NanoCpus || host.NanoCpus,
    CpuShares: request.CpuShares || host.CpuShares,
    CpuPeriod: request.CpuPeriod || host.CpuPeriod,
    CpuQuota: request.CpuQuota || host.CpuQuota,
    CpusetCpus: request.CpusetCpus || host.CpusetCpus,
    CpusetMems: request.CpusetMems || host.CpusetMems,
    BlkioWeight: request.BlkioWeight || host.BlkioWeight,
    BlkioWeightDevice: request.BlkioWeightDevice ?? host.BlkioWeightDevice,
    BlkioDeviceReadBps: request.BlkioDeviceReadBps ?? host.BlkioDeviceReadBps,
    BlkioDeviceWriteBps: request.BlkioDeviceWriteBps ?? host.BlkioDeviceWriteBps,
    BlkioDeviceReadIOps: request.BlkioDeviceReadIOps ?? host.BlkioDeviceReadIOps,
    BlkioDeviceWriteIOps: request.BlkioDeviceWriteIOps ?? host.BlkioDeviceWriteIOps,
    PidsLimit: request.PidsLimit ?? host.PidsLimit,
    RestartPolicy: request.RestartPolicy ?? host.RestartPolicy,
  };
}

/** Limits for the runtime, including limits that a running container had and now loses. */
function withoutLimits(limits: object, { PidsLimit }: UpdateRequest): object {
  return PidsLimit === 0 ? { ...limits, pids: { limit: -1 } } : limits;
}

function refusal(id: string, reason: string): EngineError {
  return new EngineError('conflict', `Cannot update container ${id}: ${reason}`);
}
