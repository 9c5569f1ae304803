import type { EngineMachineUsage } from '../../contract/endpoints/machine-usage.ts';
import type { MachineUsage } from '../../runtime/machine-usage.ts';
import type { Route } from '../route.ts';

/**
 * `GET /usage`: the VM's resource usage, one line every few seconds (docs/engine-api.md). Clients
 * of this route only watch.
 */
export function machineUsageRoute(
  measure: (signal: AbortSignal) => AsyncIterable<MachineUsage>,
): Route {
  return {
    method: 'GET',
    path: '/usage',
    looksOn: 'always',
    handle: async ({ signal }) => ({
      kind: 'stream',
      contentType: 'application/json',
      body: lines(measure(signal)),
    }),
  };
}

async function* lines(usages: AsyncIterable<MachineUsage>): AsyncGenerator<string> {
  yield '';
  for await (const usage of usages) yield `${JSON.stringify(encode(usage))}\n`;
}

function encode(usage: MachineUsage): EngineMachineUsage {
  return {
    Cpu: usage.cpu,
    Memory: usage.memory,
    MemoryTotal: usage.memoryTotal,
    Disk: usage.disk,
    DiskTotal: usage.diskTotal,
  };
}
