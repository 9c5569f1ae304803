import { expect, it } from 'vitest';
import { parseCgroupStats, parseNetDev, parseSystemCpu } from './cgroup-stats.ts';

const files = {
  'cpu.stat':
    'usage_usec 1500\nuser_usec 1000\nsystem_usec 500\nnr_periods 10\nnr_throttled 4\nthrottled_usec 77\nnr_bursts 0\n',
  'memory.current': '8192\n',
  'memory.max': '67108864\n',
  'memory.stat': 'anon 4096\nfile 2048\ninactive_file 1024\n',
  'memory.events': 'low 0\nhigh 0\nmax 3\noom 0\noom_kill 0\n',
  'io.stat':
    '254:0 rbytes=4096 wbytes=512 rios=1 wios=1 dbytes=0 dios=0\n7:1 \n254:16 rbytes=1 wbytes=2 rios=1 wios=1 dbytes=0 dios=0\n',
  'pids.current': '3\n',
  'pids.max': 'max\n',
};

it('reads a container’s usage', () => {
  expect(parseCgroupStats(files)).toEqual({
    cpu: {
      total: 1_500_000,
      user: 1_000_000,
      system: 500_000,
      periods: 10,
      throttledPeriods: 4,
      throttledTime: 77_000,
    },
    memory: {
      usage: 8192,
      limit: 67_108_864,
      stats: { anon: 4096, file: 2048, inactive_file: 1024 },
      failures: 3,
    },
    io: [
      { major: 254, minor: 0, readBytes: 4096, writtenBytes: 512 },
      { major: 7, minor: 1, readBytes: 0, writtenBytes: 0 },
      { major: 254, minor: 16, readBytes: 1, writtenBytes: 2 },
    ],
    processes: { current: 3, limit: undefined },
  });
});

it('treats a missing controller as no usage', () => {
  const none = Object.fromEntries(Object.keys(files).map((name) => [name, ''])) as typeof files;
  expect(parseCgroupStats(none)).toMatchObject({
    cpu: { total: 0 },
    memory: { usage: 0, limit: undefined, stats: {} },
    io: [],
    processes: { current: 0, limit: undefined },
  });
});

it('reads the interfaces of a network namespace', () => {
  const text = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:     100       1    0    0    0     0          0         0      100       1    0    0    0     0       0          0
  eth0:    1024      12    1    2    0     0          0         0     2048      13    3    4    0     0       0          0
`;
  expect(parseNetDev(text)).toEqual([
    {
      name: 'eth0',
      received: { bytes: 1024, packets: 12, errors: 1, dropped: 2 },
      sent: { bytes: 2048, packets: 13, errors: 3, dropped: 4 },
    },
  ]);
});

it('counts the whole VM’s time, without guest time twice', () => {
  expect(parseSystemCpu('cpu  10 20 30 40 1 2 3 4 500 600\ncpu0 1 1 1 1 1 1 1 1 0 0\n')).toBe(
    106 * 1e7,
  );
});
