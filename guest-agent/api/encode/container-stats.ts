import { cpus, totalmem } from 'node:os';
import type { Stats, StatsSample } from '../../engine/containers/inspect/stats.ts';
import type { InterfaceStats } from '../../runtime/cgroup/cgroup-stats.ts';
import { isBefore } from '../api-version.ts';

/** Go's zero time. */
const NEVER = '0001-01-01T00:00:00Z';

/** `ContainerStatsResponse` of the Engine API, as on cgroup v2. */
export function encodeStats({ record, sample, previous }: Stats, version: string) {
  return {
    name: `/${record.name}`,
    id: record.id,
    ...(isBefore(version, '1.52') ? {} : { os_type: 'linux' }),
    read: sample?.read.toISOString() ?? NEVER,
    preread: previous?.read.toISOString() ?? NEVER,
    pids_stats: sample ? processes(sample) : {},
    blkio_stats: {
      io_service_bytes_recursive: sample ? bytes(sample) : null,
      io_serviced_recursive: null,
      io_queue_recursive: null,
      io_service_time_recursive: null,
      io_wait_time_recursive: null,
      io_merged_recursive: null,
      io_time_recursive: null,
      sectors_recursive: null,
    },
    num_procs: 0,
    storage_stats: {},
    cpu_stats: cpu(sample),
    precpu_stats: cpu(previous),
    memory_stats: sample ? memory(sample) : {},
    ...(sample &&
      sample.networks.length > 0 && {
        networks: Object.fromEntries(sample.networks.map((each) => [each.name, traffic(each)])),
      }),
  };
}

function processes({ cgroup }: StatsSample) {
  const { current, limit } = cgroup.processes;
  return { current, ...(limit !== undefined && { limit }) };
}

function bytes({ cgroup }: StatsSample) {
  return cgroup.io.flatMap(({ major, minor, readBytes, writtenBytes }) => [
    { major, minor, op: 'read', value: readBytes },
    { major, minor, op: 'write', value: writtenBytes },
  ]);
}

function cpu(sample: StatsSample | undefined) {
  const usage = sample?.cgroup.cpu;
  return {
    cpu_usage: {
      total_usage: usage?.total ?? 0,
      usage_in_kernelmode: usage?.system ?? 0,
      usage_in_usermode: usage?.user ?? 0,
    },
    ...(sample && { system_cpu_usage: sample.systemCpu, online_cpus: cpus().length }),
    throttling_data: {
      periods: usage?.periods ?? 0,
      throttled_periods: usage?.throttledPeriods ?? 0,
      throttled_time: usage?.throttledTime ?? 0,
    },
  };
}

function memory({ cgroup }: StatsSample) {
  const { usage, stats, limit, failures } = cgroup.memory;
  const machine = totalmem();
  return {
    usage,
    stats,
    ...(failures > 0 && { failcnt: failures }),
    limit: Math.min(limit ?? machine, machine),
  };
}

function traffic({ received, sent }: InterfaceStats) {
  return {
    rx_bytes: received.bytes,
    rx_packets: received.packets,
    rx_errors: received.errors,
    rx_dropped: received.dropped,
    tx_bytes: sent.bytes,
    tx_packets: sent.packets,
    tx_errors: sent.errors,
    tx_dropped: sent.dropped,
  };
}
