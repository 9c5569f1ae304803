import * as z from 'zod';
import type { EngineClient } from './connection/client.ts';
import { readJsonLines } from './connection/json-lines.ts';
import { listOf, mapOf, number, parseReply } from './connection/reply.ts';

const cpuSchema = z.looseObject({
  cpu_usage: z.looseObject({ total_usage: number }),
  system_cpu_usage: number,
  online_cpus: number,
});
const bytesSchema = z.looseObject({ rx_bytes: number, tx_bytes: number });

/**
 * The parts of GET /containers/{id}/stats that Berth reads. All zero while the container is
 * stopped.
 */
const statsSchema = z.looseObject({
  id: z.string(),
  /** With a leading slash. */
  name: z.string(),
  pids_stats: z.looseObject({ current: number }),
  cpu_stats: cpuSchema,
  precpu_stats: cpuSchema,
  memory_stats: z.looseObject({ usage: number, limit: number, stats: mapOf(z.number()) }),
  blkio_stats: z.looseObject({
    io_service_bytes_recursive: listOf(z.looseObject({ op: z.string(), value: number })),
  }),
  networks: mapOf(bytesSchema),
});

/**
 * A container's resource usage. Sizes are in bytes; percentages are of one CPU and of the memory
 * limit.
 */
export interface ContainerUsage {
  readonly id: string;
  readonly name: string;
  readonly cpuPercent: number;
  /** Without reclaimable page cache. */
  readonly memory: number;
  readonly memoryLimit: number;
  readonly memoryPercent: number;
  readonly received: number;
  readonly sent: number;
  readonly read: number;
  readonly written: number;
  readonly processes: number;
}

/**
 * A container's resource usage, once a second until it is removed; with `stream` false, only once.
 */
export async function* containerUsage(
  client: EngineClient,
  id: string,
  { stream, signal }: { stream: boolean; signal?: AbortSignal },
): AsyncGenerator<ContainerUsage, void, undefined> {
  const response = await client.stream('GET', `/containers/${encodeURIComponent(id)}/stats`, {
    query: { stream },
    ...(signal ? { signal } : {}),
  });
  for await (const line of readJsonLines(response)) yield usage(parseReply(statsSchema, line));
}

function usage(stats: z.output<typeof statsSchema>): ContainerUsage {
  const { cpu_stats: now, precpu_stats: before, memory_stats, networks } = stats;
  const busy = now.cpu_usage.total_usage - before.cpu_usage.total_usage;
  const passed = now.system_cpu_usage - before.system_cpu_usage;
  const { usage: used, limit, stats: details } = memory_stats;
  const cache = details.inactive_file ?? 0;
  const memory = cache < used ? used - cache : used;
  const interfaces = Object.values(networks);
  const moved = (op: string) =>
    sum(
      stats.blkio_stats.io_service_bytes_recursive
        .filter((entry) => entry.op.toLowerCase() === op)
        .map(({ value }) => value),
    );
  return {
    id: stats.id,
    name: stats.name.replace(/^\//, ''),
    cpuPercent: busy > 0 && passed > 0 ? (busy / passed) * now.online_cpus * 100 : 0,
    memory,
    memoryLimit: limit,
    memoryPercent: limit > 0 ? (memory / limit) * 100 : 0,
    received: sum(interfaces.map(({ rx_bytes }) => rx_bytes)),
    sent: sum(interfaces.map(({ tx_bytes }) => tx_bytes)),
    read: moved('read'),
    written: moved('write'),
    processes: stats.pids_stats.current,
  };
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
