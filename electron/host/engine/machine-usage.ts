import { machineUsageSchema } from '../../../guest-agent/contract/endpoints/machine-usage.ts';
import type { MachineUsage } from '../../api/machine-procedures.ts';
import type { EngineClient } from './connection/client.ts';
import { readJsonLines } from './connection/json-lines.ts';
import { parseReply } from './connection/reply.ts';

/**
 * GET /usage, Berth's own endpoint: the usage of the whole VM, every few seconds until `signal`
 * aborts. Fails when the VM goes to sleep.
 */
export async function* machineUsage(
  client: EngineClient,
  signal: AbortSignal,
): AsyncGenerator<MachineUsage, void, undefined> {
  const response = await client.stream('GET', '/usage', { signal });
  for await (const line of readJsonLines(response)) {
    const { Cpu, Memory, MemoryTotal, Disk, DiskTotal } = parseReply(machineUsageSchema, line);
    yield { cpu: Cpu, memory: Memory, memoryTotal: MemoryTotal, disk: Disk, diskTotal: DiskTotal };
  }
}
