import { machineUsageSchema } from '../../../guest-agent/contract/endpoints/machine-usage.ts';
import type { MachineUsage } from '../../api/machine-procedures.ts';
import type { EngineClient } from './connection/client.ts';
import { readJsonLines } from './connection/json-lines.ts';
import { parseReply } from './connection/reply.ts';

/**
 * GET /usage, which is Berth's own: what the whole machine uses, every few seconds until `signal`
 * aborts. The machine may rest meanwhile; then it fails.
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
