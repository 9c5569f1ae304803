import { totalmem } from 'node:os';
import { expect, it } from 'vitest';
import type { StatsSample } from '../../engine/containers/inspect/stats.ts';
import { testRecord } from '../../engine/testing/test-engine.ts';
import { encodeStats } from './container-stats.ts';

const record = testRecord({ status: 'running', pid: 1 });

const sample = (total: number): StatsSample => ({
  read: new Date('2026-01-01T00:00:01.000Z'),
  cgroup: {
    cpu: { total, user: 1, system: 2, periods: 0, throttledPeriods: 0, throttledTime: 0 },
    memory: { usage: 4096, limit: undefined, stats: { inactive_file: 1 }, failures: 0 },
    io: [{ major: 8, minor: 0, readBytes: 5, writtenBytes: 6 }],
    processes: { current: 2, limit: 10 },
  },
  systemCpu: 1e9,
  networks: [
    {
      name: 'eth0',
      received: { bytes: 1, packets: 2, errors: 3, dropped: 4 },
      sent: { bytes: 5, packets: 6, errors: 7, dropped: 8 },
    },
  ],
});

it('reports what a running container uses in the fields that clients read', () => {
  expect(encodeStats({ record, sample: sample(300), previous: sample(100) }, '1.51')).toMatchObject(
    {
      name: '/calm_otter',
      read: '2026-01-01T00:00:01.000Z',
      preread: '2026-01-01T00:00:01.000Z',
      num_procs: 0,
      pids_stats: { current: 2, limit: 10 },
      cpu_stats: { cpu_usage: { total_usage: 300 }, system_cpu_usage: 1e9 },
      precpu_stats: { cpu_usage: { total_usage: 100 } },
      memory_stats: { usage: 4096, limit: totalmem(), stats: { inactive_file: 1 } },
      blkio_stats: {
        io_service_bytes_recursive: [
          { major: 8, minor: 0, op: 'read', value: 5 },
          { major: 8, minor: 0, op: 'write', value: 6 },
        ],
      },
      networks: { eth0: { rx_bytes: 1, rx_dropped: 4, tx_bytes: 5, tx_dropped: 8 } },
    },
  );
});

it('reports only zeros for a container that does not run', () => {
  const stats = encodeStats({ record, sample: undefined, previous: undefined }, '1.52');
  expect(stats).toMatchObject({
    read: '0001-01-01T00:00:00Z',
    preread: '0001-01-01T00:00:00Z',
    pids_stats: {},
    memory_stats: {},
    cpu_stats: { cpu_usage: { total_usage: 0 } },
  });
  expect(stats).not.toHaveProperty('networks');
  expect(stats.cpu_stats).not.toHaveProperty('system_cpu_usage');
});
