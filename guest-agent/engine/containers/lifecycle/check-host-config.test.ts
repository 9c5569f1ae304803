import { describe, expect, it } from 'vitest';
import { logLimits } from '../logs/log-config.ts';
import { hostConfigSchema } from '../request/config.ts';
import { checkHostConfig, hostConfigWarnings } from './check-host-config.ts';

const check = (host: object) => checkHostConfig(hostConfigSchema.parse(host));

describe('checkHostConfig', () => {
  it.each([
    [{ Runtime: 'kata' }, 'unknown or invalid runtime name: kata'],
    [{ IpcMode: 'mine' }, 'invalid IPC mode: mine'],
    [{ PidMode: 'container:' }, 'invalid PID mode: container:'],
    [{ ShmSize: -1 }, 'SHM size can not be less than 0'],
    [{ OomScoreAdj: 1001 }, 'Invalid value 1001, range for oom score adj is [-1000, 1000]'],
    [{ CpuRealtimeRuntime: 1 }, 'Your kernel does not support CPU real-time scheduler'],
    [{ CpusetCpus: '0-4096' }, 'Requested CPUs are not available - requested 0-4096'],
    [{ CpusetCpus: '1-x' }, 'Invalid value 1-x for cpuset cpus'],
    [{ CpuQuota: 10 }, 'CPU cfs quota can not be less than 1ms (i.e. 1000)'],
    [{ BlkioWeight: 5 }, 'Range of blkio weight is from 10 to 1000'],
    [{ MemoryReservation: 1 }, 'Minimum memory reservation allowed is 6MB'],
    [{ DeviceCgroupRules: ['c 1:3 q'] }, "invalid device cgroup rule format: 'c 1:3 q'"],
    [
      { LogConfig: { Type: 'nosuch' } },
      'error looking up logging plugin nosuch: plugin "nosuch" not found',
    ],
    [
      { LogConfig: { Type: 'json-file', Config: { 'max-sise': '1m' } } },
      "unknown log opt 'max-sise' for json-file log driver",
    ],
    [{ LogConfig: { Config: { 'max-file': '0' } } }, 'max-file cannot be less than 1'],
  ])('rejects %j', (host, message) => {
    expect(() => check(host)).toThrow(message);
  });

  it('accepts settings that clients send', () => {
    check({
      ...{ IpcMode: 'shareable', PidMode: 'host', UsernsMode: 'host', CgroupnsMode: 'private' },
      ...{ Runtime: 'io.containerd.runc.v2', Isolation: 'default', CpusetCpus: '0' },
      LogConfig: { Type: '', Config: { 'max-size': '10m', 'max-file': '3', tag: 'x' } },
    });
    check({
      LogConfig: { Type: 'json-file', Config: { 'max-file': '100' } },
      DeviceCgroupRules: ['c 189:* rmw'],
      // Only the start fails, as in Docker.
      DeviceRequests: [{ Driver: '', Count: -1, Capabilities: [['gpu']] }],
    });
  });
});

it('warns about settings without effect', () => {
  const host = hostConfigSchema.parse({ MemorySwappiness: 10, OomKillDisable: true });
  expect(hostConfigWarnings(host)).toEqual([
    expect.stringContaining('Memory swappiness discarded'),
    expect.stringContaining('OomKillDisable discarded'),
  ]);
  expect(hostConfigWarnings(hostConfigSchema.parse({ MemorySwappiness: -1 }))).toEqual([]);
});

it('reads the limits of a log', () => {
  const limits = (config: object) => logLimits(hostConfigSchema.parse(config).LogConfig);
  const standard = { maxSize: 20 * 1024 * 1024, maxFiles: 5 };
  expect(limits({ LogConfig: { Type: 'local' } })).toEqual(standard);
  // A log without options would fill the disk.
  expect(limits({})).toEqual(standard);
  expect(limits({ LogConfig: { Config: { 'max-file': '3' } } })).toEqual({
    ...standard,
    maxFiles: 3,
  });
  expect(limits({ LogConfig: { Config: { 'max-size': '-1' } } }).maxSize).toBeUndefined();
  // As in Docker.
  expect(limits({ LogConfig: { Config: { 'max-size': '10k' } } })).toEqual({
    ...{ maxSize: 10_240, maxFiles: 1 },
  });
  expect(limits({ LogConfig: { Config: { 'max-size': '10k', 'max-file': '3' } } })).toEqual({
    maxSize: 10_240,
    maxFiles: 3,
  });
});
